/** Decorators that are made of others, classes that are made by functions: what is remote at run time is found. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { MethodModel, ServiceModel } from '../model.js';
import { readServices } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-composed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROOT = resolve(__dirname, '../../../../..');
/** A project that has the package installed, as far as the compiler can tell. */
const tsconfig = write(
  'tsconfig.json',
  JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      paths: {
        '@rpcudp/core': [join(ROOT, 'packages/core/src/index.ts')],
        '@rpcudp/core/interceptors': [join(ROOT, 'packages/core/src/interceptors/index.ts')],
      },
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: [],
  }),
);
const CORE = "import { RpcMethod, RpcService } from '@rpcudp/core';\n";
/** As frameworks have it. */
const APPLY = `export function applyDecorators(...all: MethodDecorator[]): MethodDecorator {
  return (target, key, descriptor) => { for (const each of all) each(target, key, descriptor); };
}\n`;

function write(name: string, source: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  return file;
}

interface Case {
  /** What stands before the class. */
  readonly before: string;
  /** What stands before the method. */
  readonly decorator: string;
  readonly expected?: Partial<MethodModel>;
  /** The problem, from its line on. */
  readonly problem?: string;
}

const IDEMPOTENT = { delivery: 'idempotent' } as const;

const METHODS: Readonly<Record<string, Case>> = {
  'one beside interceptors, in which nothing decorates': {
    before:
      "import { RpcUse } from '@rpcudp/core/interceptors';\nfunction authenticate(call: any, next: any): unknown { void RpcMethod({ name: 'no' }); return next(call); }",
    decorator: "@RpcUse(authenticate) @RpcMethod({ delivery: 'idempotent' })",
    expected: IDEMPOTENT,
  },
  'a function that gives one': {
    before: "const Query = () => RpcMethod({ delivery: 'idempotent' });",
    decorator: '@Query()',
    expected: IDEMPOTENT,
  },
  'a function with a body and a type that says less': {
    before:
      "function Query(): MethodDecorator { const options = { delivery: 'idempotent' } as const; return RpcMethod(options) as MethodDecorator; }",
    decorator: '@Query()',
    expected: IDEMPOTENT,
  },
  'a constant': {
    before: "const query = RpcMethod({ delivery: 'idempotent' });",
    decorator: '@query',
    expected: IDEMPOTENT,
  },
  'another name': {
    before: 'const Remote = RpcMethod;',
    decorator: "@Remote({ name: 'm2' })",
    expected: { name: 'm2' },
  },
  'arguments that are passed on': {
    before: 'const Query = (name: string, seconds = 2) => RpcMethod({ name: `q_${name}`, timeoutMs: seconds * 1000 });',
    decorator: "@Query('m')",
    expected: { name: 'q_m', timeoutMs: 2000 },
  },
  'options that are merged': {
    before:
      "type O = { name?: string; timeoutMs?: number };\nconst Query = (options: O = {}) => RpcMethod({ delivery: 'idempotent', ...options });",
    decorator: '@Query({ timeoutMs: 5 * 60_000 })',
    expected: { ...IDEMPOTENT, name: 'm', timeoutMs: 300_000 },
  },
  'options that are left out': {
    before: "const Query = (options?: { name?: string }) => RpcMethod({ ...options, delivery: 'idempotent' });",
    decorator: '@Query()',
    expected: { ...IDEMPOTENT, name: 'm' },
  },
  'options that are taken apart': {
    before:
      'const Query = ({ as, oneWay = true }: { as: string; oneWay?: boolean }) => RpcMethod({ name: as, oneWay });',
    decorator: "@Query({ as: 'm2' })",
    expected: { name: 'm2', shape: 'one-way' },
  },
  'a branch that is decided': {
    before:
      "function Query(x: string | { name: string }) {\n  if (typeof x === 'string') return RpcMethod({ name: x });\n  return RpcMethod({ ...x, delivery: 'idempotent' });\n}",
    decorator: "@Query({ name: 'm2' })",
    expected: { ...IDEMPOTENT, name: 'm2' },
  },
  'a member of an object': {
    before:
      "const Rpc = { query: () => RpcMethod({ delivery: 'idempotent' }), tell: () => RpcMethod({ oneWay: true }) };",
    decorator: '@Rpc.query()',
    expected: IDEMPOTENT,
  },
  'a static method': {
    before:
      "class Rpc { static query(): MethodDecorator { return RpcMethod({ delivery: 'idempotent' }) as MethodDecorator; } }",
    decorator: '@Rpc.query()',
    expected: IDEMPOTENT,
  },
  'a list of decorators': {
    before: `${APPLY}declare function Log(): MethodDecorator;\nconst Query = (name: string) => applyDecorators(Log(), RpcMethod({ name }) as MethodDecorator);`,
    decorator: "@Query('m2')",
    expected: { name: 'm2' },
  },
  'a list that stands there': {
    before: `${APPLY}declare function Log(): MethodDecorator;`,
    decorator: "@applyDecorators(Log(), RpcMethod({ name: 'm2' }) as MethodDecorator)",
    expected: { name: 'm2' },
  },
  'a function that applies it': {
    before:
      "function Query(): any {\n  return (method: any, context: any) => { RpcMethod({ delivery: 'idempotent' })(method, context); };\n}",
    decorator: '@Query()',
    expected: IDEMPOTENT,
  },
  'a function that is given it': {
    before: 'const quick = (make: typeof RpcMethod) => make({ timeoutMs: 10 });',
    decorator: '@quick(RpcMethod)',
    expected: { timeoutMs: 10 },
  },
  'an element of an object': {
    before: "const Rpc = { 'a query': () => RpcMethod({ delivery: 'idempotent' }) };",
    decorator: "@(Rpc['a query']())",
    expected: IDEMPOTENT,
  },
  'a variable': {
    before: 'let Query = (): MethodDecorator => RpcMethod({ oneWay: true }) as MethodDecorator;',
    decorator: '@Query()',
    expected: { shape: 'one-way' },
  },
  'a function that applies it as something else': {
    before: 'const Query = (options = {}): any => (...decorated: any[]) => (RpcMethod(options) as any)(...decorated);',
    decorator: "@Query({ name: 'm2' })",
    expected: { name: 'm2' },
  },
  'an import': {
    before: "import Query, { tell } from './shared/decorators.js';",
    decorator: "@Query('m2')",
    expected: { ...IDEMPOTENT, name: 'm2' },
  },
  'a branch that is not decided': {
    before: 'const Query = () => (process.env.ALL ? RpcMethod() : (() => {}) as MethodDecorator);',
    decorator: '@Query()',
    problem: '4 - S.m: Whether this decorator applies @RpcMethod is known only when the program runs.',
  },
  'several ways': {
    before: 'const Query = () => (process.env.ALL ? RpcMethod() : RpcMethod({ oneWay: true }));',
    decorator: '@Query()',
    problem:
      '4 - S.m: This decorator applies @RpcMethod in several ways, and which is known only when the program runs.',
  },
  'a declaration without source': {
    before: 'declare const Query: () => ReturnType<typeof RpcMethod>;',
    decorator: '@Query()',
    problem: '4 - S.m: @Query() gives what @RpcMethod gives, and what it says there cannot be read:',
  },
  'an argument that is worked out later': {
    before: 'const Query = (name: string) => RpcMethod({ name });',
    decorator: '@Query(process.env.NAME!)',
    problem: '4 - S.m: name: Its value is known only when the program runs.',
  },
  'no parentheses under another name': {
    before: 'const Remote = RpcMethod;',
    decorator: '@Remote',
    problem: '4 - S.m: @RpcMethod lacks its parentheses.',
  },
};

const NAMES = Object.keys(METHODS);

describe('methods', () => {
  let read: ReturnType<typeof readServices>;
  const fileOf = (name: string): string => join(folder, `${NAMES.indexOf(name)}.ts`);

  beforeAll(() => {
    write(
      'shared/decorators.ts',
      `${CORE}const Query = (name: string) => RpcMethod({ name, delivery: 'idempotent' });\nexport default Query;\nexport const tell = 1;\n`,
    );
    const files = Object.entries(METHODS).map(([name, { before, decorator }]) =>
      write(
        basename(fileOf(name)),
        `${CORE}${before.replaceAll('\n', ' ')}\n@RpcService('S')\nexport class S { ${decorator} m(): void {} }`,
      ),
    );
    read = readServices(files, { strict: true, tsconfig });
  });

  const problemsOf = (name: string): string[] =>
    read.problems
      .filter(({ file }) => file === fileOf(name))
      .map(({ line, path, message }) => `${line} - ${path}: ${message}`);
  const isReadable = (name: string): boolean => METHODS[name]!.problem === undefined;

  test.each(NAMES.filter(isReadable))('of a decorator that is %s are found, with their options', (name) => {
    const { methods } = read.services.find(({ sourceFile }) => sourceFile === fileOf(name))!;
    expect(methods).toMatchObject([{ property: 'm', ...METHODS[name]!.expected }]);
    expect(problemsOf(name)).toEqual([]);
  });

  test.each(NAMES.filter((name) => !isReadable(name)))('of a decorator that is %s are a problem', (name) => {
    expect(problemsOf(name)).toEqual([expect.stringContaining(METHODS[name]!.problem!)]);
  });
});

describe('classes', () => {
  const MIXINS = `${CORE}
export type Constructor<T = object> = new (...args: any[]) => T;
export function Timestamped<B extends Constructor>(Base: B) {
  class Mixed extends Base { @RpcMethod() createdAt(): Date { return new Date(0); } }
  return Mixed;
}
export const Named = <B extends Constructor>(Base: B, prefix = 'x') =>
  class extends Base { @RpcMethod({ name: \`\${prefix}_label\` }) label(): string { return 'a'; } };
export interface Crud<T> { findOne(id: string): T }
export function CrudService<T>(make: () => T): new () => Crud<T> {
  class Host implements Crud<T> { @RpcMethod() findOne(id: string): T { return make(); } }
  return Host;
}
export function Hidden(): new () => object {
  return class { @RpcMethod() secret(): void {} };
}
export const compose = (Base: Constructor, ...mixins: ((base: any) => any)[]): any => mixins.reduce((made, mixin) => mixin(made), Base);
`;
  const SOURCES: Readonly<Record<string, string>> = {
    chain: `class Base { @RpcMethod() id(): string { return 'a'; } }
@RpcService('S') export class S extends Timestamped(Named(Base, 'n')) { @RpcMethod() own(): void {} }`,
    held: `class Base { @RpcMethod() id(): string { return 'a'; } }
const Made = Named(Base);
@RpcService('S') export class S extends Made { override label(): 'b' { return 'b'; } }`,
    factory: `interface User { name: string }
@RpcService('S') export class S extends CrudService<User>(() => ({ name: 'Ann' })) { @RpcMethod() count(): number { return 1; } }`,
    expression: `export const S = @RpcService('S') class { @RpcMethod() own(): void {} };`,
    foreign: `import { EventEmitter } from 'node:events';
@RpcService('S') export class S extends EventEmitter { @RpcMethod() own(): void {} }`,
    failing: `@RpcService('S') export class S extends Error { @RpcMethod() own(): void {} }`,
    service: `const Service = (name: string, more: { version?: string } = {}) => RpcService({ name: \`app.\${name}\`, ...more });
@Service('S') export class S { @RpcMethod() own(): void {} }`,
    constrained: `class Base { @RpcMethod() id(): string { return 'a'; } }
declare const Made: new () => Base & { more: string };
@RpcService('S') export class S extends Made {}`,
    hidden: "@RpcService('S') export class S extends Hidden() { @RpcMethod() own(): void {} }",
    unknown: `class Base {}
@RpcService('S') export class S extends compose(Base, Timestamped) { @RpcMethod() own(): void {} }`,
    installed: `import { Base } from 'shared-base';
@RpcService('S') export class S extends Base { @RpcMethod() own(): void {} override told(): void {} }`,
    mixed: `import { stamped } from 'shared-base';
class Base { @RpcMethod() id(): string { return 'a'; } }
@RpcService('S') export class S extends stamped(Base) {}`,
    guarded: "@RpcService('S') export class S { @RpcMethod() protected own(): void {} }",
  };
  let read: ReturnType<typeof readServices>;

  beforeAll(() => {
    write('mixins.ts', MIXINS);
    write(
      'node_modules/shared-base/package.json',
      '{ "name": "shared-base", "types": "index.d.ts", "peerDependencies": { "@rpcudp/core": "*" } }',
    );
    write(
      'node_modules/shared-base/index.d.ts',
      'export declare class Base { find(): string; told(): void; protected hook(): void; count: number }\n' +
        'export declare function stamped<B extends new (...args: any[]) => object>(base: B): (new (...args: any[]) => { at(): Date }) & B;',
    );
    const imports = `${CORE}import { compose, CrudService, Hidden, Named, Timestamped } from './mixins.js';\n`;
    read = readServices(
      Object.entries(SOURCES).map(([name, source]) => write(`${name}.ts`, imports + source)),
      { strict: true, tsconfig },
    );
  });

  const serviceOf = (name: string): ServiceModel =>
    read.services.find(({ sourceFile }) => basename(sourceFile, '.ts') === name)!;
  const problemsOf = (name: string): string[] =>
    read.problems
      .filter(({ file }) => basename(file, '.ts') === name)
      .map(({ line, path, message }) => `${line} - ${path}: ${message}`);

  test.each([
    ['chain', ['id', 'label', 'createdAt', 'own']],
    ['held', ['id', 'label']],
    ['factory', ['findOne', 'count']],
    ['expression', ['own']],
    ['foreign', ['own']],
    ['failing', ['own']],
    ['service', ['own']],
    ['constrained', ['id']],
  ])('of the source "%s" have all of their methods', (name, expected) => {
    expect(problemsOf(name)).toEqual([]);
    expect(serviceOf(name).methods.map(({ property }) => property)).toEqual(expected);
  });

  test('give the types that they are instantiated with, and the options that the mixin was given', () => {
    expect(serviceOf('factory').methods[0]!.signatures).toMatchObject([
      { result: { kind: 'reference', name: 'User' } },
    ]);
    expect(serviceOf('chain').methods[1]).toMatchObject({ property: 'label', name: 'n_label' });
    expect(serviceOf('held').methods[1]).toMatchObject({
      name: 'x_label',
      signatures: [{ result: { kind: 'literal', value: 'b' } }],
    });
    expect(serviceOf('service')).toMatchObject({ name: 'app.S', className: 'S' });
  });

  test('that nobody can look into are a problem', () => {
    expect(problemsOf('unknown')).toEqual([
      expect.stringMatching(
        /^4 - S: What S extends cannot be found in the source, so it is not known whether "compose\(/,
      ),
    ]);
    expect(problemsOf('mixed')).toEqual([
      expect.stringMatching(/^5 - S: "stamped\(Base\)" is known by .* shared-base alone, .* remote: at\(\)\. /),
    ]);
    expect(problemsOf('installed')).toEqual([
      expect.stringMatching(
        /^4 - S: "Base" is known by the compiled declarations of shared-base alone, .* remote: find\(\)\. /,
      ),
    ]);
  });

  test('whose methods no client has in its type are a problem', () => {
    expect(problemsOf('hidden')).toEqual([
      expect.stringMatching(/^3 - S\.secret: The method is remote, but the type of S/),
    ]);
    expect(problemsOf('guarded')).toEqual([
      expect.stringMatching(/^3 - S\.own: A private or protected method cannot be/),
    ]);
  });
});

describe('contracts', () => {
  const CONTRACTS = `import { defineService } from '@rpcudp/core';
interface Node { /** Asks. */ ping(): Promise<string>; find(key: Uint8Array): void }
const PING = { ping: { delivery: 'idempotent' } } as const;
/** A node. */
export const First = defineService<Node>('First', { ...PING, find: { name: 'find_node' } });
export default defineService<Pick<Node, 'ping'>>({ name: 'app.second', version: '1' }, { ping: {} } as never);
export const third = defineService('third', { lost: {} });
export const fourth = defineService<Node>('fourth', JSON.parse('{}'));
`;
  let read: ReturnType<typeof readServices>;
  beforeAll(() => {
    const generated = `// Generated by rpcudp from the class X.\n${CONTRACTS}`;
    const files = [write('contracts.ts', CONTRACTS), write('generated.ts', generated)];
    read = readServices(files, { strict: true, tsconfig });
  });

  test('are services, by the interface that they are of; generated ones are not', () => {
    expect(read.services).toMatchObject([
      {
        name: 'First',
        className: 'First',
        doc: 'A node.',
        methods: [
          { property: 'find', name: 'find_node' },
          { property: 'ping', doc: 'Asks.', delivery: 'idempotent', signatures: [{ result: { name: 'string' } }] },
        ],
      },
      { name: 'app.second', className: 'AppSecond', methods: [{ property: 'ping' }] },
      { name: 'third', methods: [] },
      { name: 'fourth', methods: [] },
    ]);
  });

  test('whose methods or types are not known are a problem', () => {
    expect(read.problems.map(({ line, path, message }) => `${line} - ${path}: ${message}`)).toEqual([
      expect.stringMatching(/^7 - third\.lost: The type of the service does not have this method\. Name its interface/),
      expect.stringMatching(/^8 - fourth: Which methods it has is known only when the program runs\. Write an object/),
    ]);
  });
});
