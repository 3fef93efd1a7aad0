/** Sources that do not compile: what of it stands in the way, and what does not. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readServices } from './index.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rpcudp-compile-')));
  mkdirSync(join(folder, 'node_modules/@rpcudp'), { recursive: true });
  symlinkSync(join(__dirname, '../../../../core'), join(folder, 'node_modules/@rpcudp/core'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const IMPORT = "import { RpcMethod, RpcService } from '@rpcudp/core';\n";

/** `file:line path: message` of what the compiler says of a service in `s.ts`. */
function problemsOf(source: string, more: Readonly<Record<string, string>> = {}): string[] {
  for (const [name, text] of Object.entries({ 's.ts': IMPORT + source, ...more }))
    writeFileSync(join(folder, name), text);
  const { problems } = readServices([join(folder, 's.ts')], { strict: true });
  return problems
    .filter(({ path }) => path.startsWith('error TS'))
    .map(({ file, line, path, message }) => `${basename(file)}:${line} ${path}: ${message.split('\n')[0]!}`);
}

const taking = (type: string, more = ''): string =>
  `${more}\n@RpcService('S') export class S { @RpcMethod() take(value: ${type}): void {} }`;

test('a file that does not parse', () => {
  expect(problemsOf("@RpcService('S') export class S { @RpcMethod() take(value: ): void {} }")).toEqual([
    's.ts:2 error TS1110: Type expected.',
  ]);
});

test('a name, a module or an export that is not there', () => {
  expect(problemsOf(taking('Nowhere'))).toEqual(["s.ts:3 error TS2304: Cannot find name 'Nowhere'."]);
  expect(problemsOf(taking('T', "import type { T } from './nowhere.js';"))).toEqual([
    "s.ts:2 error TS2307: Cannot find module './nowhere.js' or its corresponding type declarations.",
  ]);
  expect(problemsOf(taking('T', "import type { T } from './t.js';"), { 't.ts': 'export type U = string;' })).toEqual([
    "s.ts:2 error TS2305: Module '\"./t.js\"' has no exported member 'T'.",
  ]);
});

test('an error in a declaration that a signature reaches by way of others', () => {
  const types = `export interface User { name: string }
export type Short = Pick<User, 'nmae'>;
export interface Page { users: Short[] }`;
  expect(problemsOf(taking('T.Page', "import type * as T from './t.js';"), { 't.ts': types })).toEqual([
    `t.ts:2 error TS2344: Type '"nmae"' does not satisfy the constraint '"name"'.`,
  ]);
});

test('an error in a body from which a type is inferred, and in a value whose type is taken', () => {
  const inferred = "@RpcService('S') export class S { @RpcMethod() give() { return { x: nothing }; } }";
  expect(problemsOf(inferred)).toEqual(["s.ts:2 error TS2304: Cannot find name 'nothing'."]);
  expect(problemsOf(taking('typeof settings', 'const settings = { x: nothing };'))).toEqual([
    "s.ts:2 error TS2304: Cannot find name 'nothing'.",
  ]);
});

test('errors elsewhere are nobody’s business', () => {
  const unrelated = `import { gone } from './gone.js';
const count: number = 'one';
@RpcService('S') export class S {
  constructor(private readonly other: Nowhere) {}
  @RpcMethod() take(value: string, unused?: number): string { return this.other.nothing(gone, count); }
  @RpcMethod() unfinished(): string {}
  helper(): Missing {}
}`;
  expect(problemsOf(unrelated, { 'tsconfig.json': '{ "compilerOptions": { "noUnusedParameters": true } }' })).toEqual(
    [],
  );
});

test('a project that is not strict is not held to more than it asks for', () => {
  const loose = `@RpcService('S') export class S {
  names = new Map<string, { length: number }>();
  @RpcMethod() length(name: string) { return this.names.get(name).length; }
}`;
  expect(problemsOf(loose, { 'tsconfig.json': '{ "compilerOptions": { "strict": false } }' })).toEqual([]);
  expect(problemsOf(loose, { 'tsconfig.json': '{ "compilerOptions": { "strict": true } }' })).toEqual([
    "s.ts:4 error TS2532: Object is possibly 'undefined'.",
  ]);
});
