/** Every shape of a type that a service may use: its modules compile for a strict user, and its guards know its values. */
import { messagePack, type ServiceContract, type ServiceGuards } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { emitClient } from '../src/generate/emit/client.js';
import { emitGuards } from '../src/generate/emit/guards.js';
import type { ServiceModel } from '../src/generate/model.js';
import { readServices } from '../src/generate/read/index.js';
import { EXAMPLES, type Examples } from './fixtures/accepted-values.js';

const ROOT = resolve(__dirname, '../../..');
const SHAPES = join(__dirname, 'fixtures/shapes');
const KINDS = { esm: 'module', cjs: 'commonjs' } as const;

const names = readdirSync(SHAPES)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-shapes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const services = new Map<string, ServiceModel>();
let diagnostics: readonly ts.Diagnostic[] = [];

beforeAll(() => {
  readShapes();
  const files = Object.entries(KINDS).flatMap(([kind, type]) => writeModules(join(folder, kind), type));
  const all = [...files, writeTypeTests()];
  const program = ts.createProgram(all, compilerOptions());
  program.emit();
  // The packages are sources here, of which less is asked than of what is generated.
  diagnostics = all.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
}, 120_000);

function readShapes(): void {
  const files = names.map((name) => join(SHAPES, `${name}.ts`));
  const read = readServices(files, { strict: true, tsconfig: join(ROOT, 'tsconfig.test.json') });
  expect(read.problems).toEqual([]);
  for (const service of read.services) {
    const name = names.find((candidate) => join(SHAPES, `${candidate}.ts`) === resolve(service.sourceFile));
    services.set(name!, service);
  }
}

/** The modules of all shapes in one folder, which says of which kind they are. */
function writeModules(to: string, type: string): readonly string[] {
  mkdirSync(to);
  writeFileSync(join(to, 'package.json'), JSON.stringify({ type }));
  return [...services].flatMap(([name, service]) => {
    const guards = emitGuards(service, {});
    if ('problems' in guards) throw new Error(guards.problems.map(({ message }) => message).join('\n'));
    const texts = { client: emitClient(service, {}), guards: guards.text };
    return Object.entries(texts).map(([kind, text]) => {
      const file = join(to, `${name}.${kind}.ts`);
      writeFileSync(file, text);
      return file;
    });
  });
}

/** How a method of a generated client is related to that of the class's own client. */
type Relation = 'Equal' | 'Alike' | 'Wider' | 'Narrower' | 'Apart';

/** Methods whose types are not the very ones of the class, and how far they go. By fixture. */
const RELATIONS: Readonly<Record<string, Readonly<Record<string, Relation>>>> = {
  // The parts of an intersection are written as one object.
  'brands-string-keys': { log: 'Alike' },
  'generated-types': { user: 'Alike' },
  'index-catchall': { set: 'Alike' },
  'index-optional': { set: 'Alike' },
  'intersections': { echo: 'Alike', either: 'Alike' },
  // What string covers is not named.
  'brands': { echo: 'Alike' },
  // A mark whose name is a symbol is written nowhere else, so values without it are taken, too.
  'brands-symbols': { send: 'Wider' },
  'brands-valibot': { pet: 'Wider' },
  'brands-zod': { pet: 'Wider', pay: 'Apart' },
  // Enums are written as constants: values of the class's own enum fit, but not the other way round unless they are numbers.
  'const-enums': { echo: 'Alike' },
  'enums': { paint: 'Wider', pick: 'Apart', only: 'Apart' },
  'name-clashes': { merge: 'Wider' },
  // A generated client makes the Buffer of the bytes that arrive.
  'buffers': { inferred: 'Wider' },
  'bytes': { split: 'Wider' },
  // The class also takes objects that only look like a Date.
  'deep-partial-dates': { change: 'Narrower' },
  // What is void where it is declared is left out.
  'parameters': { stop: 'Narrower' },
  // What a condition tells of a type besides is left out.
  'substitutions': { write: 'Alike' },
  // Nor is toJSON called of what is sent.
  'json-values': { write: 'Narrower' },
};

/** A file that compiles only if generated clients are of the types of the classes' own clients, method by method. */
function writeTypeTests(): string {
  const file = join(folder, 'esm/types.ts');
  const lines = names.flatMap((name, index) => {
    const { methods, className } = services.get(name)!;
    const same = methods.map(({ property }) => {
      const of = JSON.stringify(property);
      const relation = RELATIONS[name]?.[property] ?? 'Equal';
      return `  ${of}: Expect<${relation}<Client${index}[${of}], Client<Pick<Served<typeof Service${index}>, ${of}>>[${of}]>>;`;
    });
    return [
      `import type { ${className} as Service${index} } from '${join(SHAPES, `${name}.js`)}';`,
      `import type { ${factoryOf(name)} as client${index} } from './${name}.client.js';`,
      `type Client${index} = ReturnType<typeof client${index}>;`,
      `export interface Same${index} {`,
      ...same,
      '}',
    ];
  });
  writeFileSync(file, [TYPE_TESTS, ...lines].join('\n'));
  return file;
}

const TYPE_TESTS = `import type { Client } from '@rpcudp/client';
import type { ServiceContract } from '@rpcudp/core';
import type { Equal, Expect } from '${join(ROOT, 'packages/client/test/types/expect.js')}';
type Served<T> = T extends ServiceContract<infer S> ? S : T extends abstract new (...args: never) => infer S ? S : never;
export type Alike<A, B> = [A, B] extends [B, A] ? true : false;
export type Wider<A, B> = [A] extends [B] ? true : false;
export type Narrower<A, B> = [B] extends [A] ? true : false;
export type Apart<A, B> = Alike<A, B> extends true ? false : true;`;

function factoryOf(name: string): string {
  return /export function (\w+)\(/.exec(emitClient(services.get(name)!, {}))![1]!;
}

/** What a strict user has, and then some; the packages are taken from their sources. */
function compilerOptions(): ts.CompilerOptions {
  const source = (path: string): string[] => [join(ROOT, 'packages', path, 'index.ts')];
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2024.d.ts', 'lib.esnext.decorators.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    erasableSyntaxOnly: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    skipLibCheck: true,
    // Types that cannot be named would stop a library that generates.
    declaration: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    outDir: join(folder, 'out'),
    rootDir: resolve('/'),
    paths: {
      '@rpcudp/core': source('core/src'),
      '@rpcudp/core/guards': source('core/src/guards'),
      '@rpcudp/core/service': source('core/src/service'),
      '@rpcudp/client': source('client/src'),
    },
  };
}

/** A module as the compiler left it, in CommonJS; the tests' own resolution gives it the packages. */
function load(name: string, kind: 'client' | 'guards'): Readonly<Record<string, unknown>> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it was written by this test
  return require(join(folder, 'out', folder, 'cjs', `${name}.${kind}.js`)) as Readonly<Record<string, unknown>>;
}

function guardsOf(name: string): ServiceGuards {
  return Object.values(load(name, 'guards')).find((value): value is ServiceGuards => isGuards(value))!;
}

function isGuards(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'methods' in value;
}

test('there are sixty shapes or more, and each has its values', () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(Object.keys(EXAMPLES).sort()).toEqual(names.sort());
  expect([...services.keys()].sort()).toEqual(names);
});

test('the modules compile, as ESM and as CommonJS, and clients are of the types that their classes give', () => {
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (file) => file,
    getNewLine: () => '\n',
  };
  expect(ts.formatDiagnostics(diagnostics, host)).toBe('');
});

test('the modules are formatted as prettier would format them', () => {
  const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
  const style = ['--no-config', '--print-width', '120', '--single-quote'];
  const unlike = (): string =>
    execFileSync(process.execPath, [prettier, ...style, '--list-different', '*.{client,guards}.ts'], {
      cwd: join(folder, 'esm'),
      encoding: 'utf8',
    });
  expect(unlike()).toBe('');
});

test('the same source gives the same text', () => {
  for (const [name, service] of services) {
    const files = [join(SHAPES, `${name}.ts`)];
    expect(emitClient(service, {})).not.toContain(ROOT);
    if (name !== 'generics') continue;
    const again = readServices(files, { strict: true, tsconfig: join(ROOT, 'tsconfig.test.json') }).services[0]!;
    expect(emitClient(again, {})).toBe(emitClient(service, {}));
  }
});

const codec = messagePack();

describe.each(names)('%s', (name) => {
  test('the contract says what the decorators say', () => {
    const service = services.get(name)!;
    const contract = Object.values(load(name, 'client')).find(isGuards) as ServiceContract;
    expect(contract.name).toBe(service.name);
    expect([...contract.methods.values()]).toEqual(
      service.methods.map((method): Partial<MethodContract> => {
        const { property, name: wireName, delivery, stream, timeoutMs } = method;
        const shape = stream === undefined ? method.shape : 'stream';
        return expect.objectContaining({
          property,
          name: wireName,
          delivery,
          shape,
          timeoutMs,
        }) as Partial<MethodContract>;
      }),
    );
  });

  test('the guards accept arguments of their types, and refuse others', () => {
    const { service, methods } = guardsOf(name);
    expect(service).toBe(services.get(name)!.name);
    const examples: Readonly<Record<string, Examples>> = EXAMPLES[name] ?? {};
    expect(Object.keys(methods).sort()).toEqual(Object.keys(examples).sort());
    for (const [property, { accepted, refused }] of Object.entries(examples)) {
      const isAccepted = (args: readonly unknown[]): boolean =>
        'value' in methods[property]!.args!['~standard'].validate(codec.decode(codec.encode(trimmed(args))));
      for (const args of accepted) expect([property, args, isAccepted(args)]).toEqual([property, args, true]);
      for (const args of refused) expect([property, args, isAccepted(args)]).toEqual([property, args, false]);
    }
  });
});

/** Trailing arguments that are `undefined` are not sent. */
function trimmed(args: readonly unknown[]): readonly unknown[] {
  return args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
}

test('what the guards of a method give is of the declared types', () => {
  const { twice, id } = guardsOf('bigints').methods;
  expect(twice!.args!['~standard'].validate([5])).toEqual({ value: [5n] });
  expect(id!.args!['~standard'].validate([5])).toEqual({ value: [5] });
  expect(twice!.result!['~standard'].validate('a')).toEqual({
    issues: [{ message: 'result: expected a bigint, got a string', path: [] }],
  });
});
