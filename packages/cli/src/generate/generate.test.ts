import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { GenerateOptions } from './config.js';
import { generate, type GenerateResult } from './generate.js';
import { fileNameOf } from './module-names.js';
import { reportJson, reportText } from './report.js';

let cwd: string;
beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'rpcudp-generate-'))));
afterEach(() => rmSync(cwd, { recursive: true }));

const IMPORT = "import { RpcMethod, RpcService } from '@rpcudp/core';";
const GREETER = `${IMPORT}
export interface Greeting { text: string }
@RpcService('Greeter')
export class Greeter {
  @RpcMethod() sayHi(name: string): Greeting { return { text: name }; }
}`;

function write(name: string, text: string): void {
  const file = join(cwd, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const options = (more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  files: ['src/**/*.ts'],
  out: 'out',
  guards: false,
  importTypes: false,
  strict: true,
  tsconfig: undefined,
  cwd,
  ...more,
});

const shown = (paths: readonly string[]): string[] => paths.map((path) => relative(cwd, path));

test('each service gets a client, and with guards a second module', async () => {
  write('src/greeter.ts', GREETER);
  write('src/other.ts', 'export const nothing = 1;');
  const result = await generate(options({ guards: true }));
  expect(shown(result.changed)).toEqual(['out/greeter.client.ts', 'out/greeter.guards.ts']);
  expect(readFileSync(join(cwd, 'out/greeter.client.ts'), 'utf8')).toContain('export function greeterClient(');
  expect(readFileSync(join(cwd, 'out/greeter.guards.ts'), 'utf8')).toContain('export const greeterGuards');
});

test('what is right already is not touched, and nothing else is either', async () => {
  write('src/greeter.ts', GREETER);
  write('out/mine.ts', 'export {};');
  await generate(options());
  const before = statSync(join(cwd, 'out/greeter.client.ts')).mtimeMs;
  const again = await generate(options());
  expect(again).toMatchObject({ changed: [], unchanged: [join(cwd, 'out/greeter.client.ts')] });
  expect(statSync(join(cwd, 'out/greeter.client.ts')).mtimeMs).toBe(before);
  expect(existsSync(join(cwd, 'out/mine.ts'))).toBe(true);
});

test('what is written names no folder of the machine', async () => {
  write('src/greeter.ts', GREETER);
  await generate(options({ guards: true }));
  for (const name of ['client', 'guards']) {
    expect(readFileSync(join(cwd, `out/greeter.${name}.ts`), 'utf8')).not.toContain(cwd);
  }
});

test('a check writes nothing, and names what is out of date', async () => {
  write('src/greeter.ts', GREETER);
  const first = await generate(options(), { check: true });
  expect(existsSync(join(cwd, 'out'))).toBe(false);
  expect(reportText(first, cwd, true)).toEqual({
    lines: [],
    errors: ['out/greeter.client.ts is out of date. Run "rpcudp generate".'],
  });
  await generate(options());
  expect(reportText(await generate(options(), { check: true }), cwd, true)).toEqual({
    lines: ['The file is up to date.'],
    errors: [],
  });
});

test('types can be imported from the file of the class', async () => {
  write('src/deep/greeter.mts', GREETER);
  await generate(options({ files: ['src/**/*.mts'], importTypes: true }));
  const text = readFileSync(join(cwd, 'out/greeter.client.ts'), 'utf8');
  expect(text).toContain("import type { Greeting } from '../src/deep/greeter.mjs';");
  expect(text).not.toContain('interface Greeting');
});

test('nothing at all is written if anything is wrong', async () => {
  write('src/greeter.ts', GREETER);
  write('src/bad.ts', `${IMPORT}\n@RpcService('Bad') export class Bad { @RpcMethod() a(x: any): void {} }`);
  const result = await generate(options());
  expect(existsSync(join(cwd, 'out'))).toBe(false);
  expect(reportText(result, cwd, false)).toEqual({
    lines: [],
    errors: [
      'src/bad.ts:2:54 - Bad.a(x): any says nothing about what travels. Write the type, or unknown if all values are meant.',
      '1 problem. Nothing was written.',
    ],
  });
});

test('classes of one name go into files of their own, by the names of their services or by their places', async () => {
  write('src/a.ts', `${IMPORT}\n@RpcService('shop.Same') export class Same {}`);
  write('src/b.ts', `${IMPORT}\n@RpcService('stock.Same') export class Same {}`);
  write('src/old/c.ts', `${IMPORT}\n@RpcService('Same2') export class Twin {}`);
  write('src/new/c.ts', `${IMPORT}\n@RpcService('Same2') export class Twin {}`);
  const { changed, problems } = await generate(options());
  expect(problems).toEqual([]);
  expect(shown(changed)).toEqual(
    ['shop-same', 'stock-same', 'new-twin', 'old-twin'].map((name) => `out/${name}.client.ts`),
  );
});

test('two services that would share a file whatever it is called are a problem', async () => {
  const twin = (space: string): string => `namespace ${space} { @RpcService('A') export class Same {} }`;
  write('src/a.ts', `${IMPORT}\n${twin('One')}\n${twin('Two')}`);
  const { problems } = await generate(options());
  expect(problems).toEqual([
    {
      file: join(cwd, 'src/a.ts'),
      line: 3,
      column: 47,
      path: 'Same',
      message:
        'same.client.ts would hold Same of A and Same of A. Rename one of the classes or services, or generate them into two folders.',
    },
  ]);
});

describe('a service whose signature names types of modules that are not there yet', () => {
  /** What the services declare: each names a type of another, so it is shared. */
  const declared = (out = 'out'): string => readFileSync(join(cwd, out, 'shared.types.ts'), 'utf8');
  const taking = (name: string, type: string, imports: string): string => `${IMPORT}
${imports}
export interface ${name}Own { ${name.toLowerCase()}: string }
@RpcService('${name}') export class ${name} { @RpcMethod() take(value: ${type}): ${name}Own { throw new Error(); } }`;

  test('is generated with those, also in a chain or in a circle', async () => {
    write('src/a.ts', taking('A', 'COwn', "import type { COwn } from '../out/c.client.js';"));
    write('src/b.ts', taking('B', 'AOwn', "import type { AOwn } from '../out/a.client.js';"));
    write('src/c.ts', taking('C', 'BOwn', "import type { BOwn } from '../out/b.client.js';"));
    const { problems, changed } = await generate(options());
    expect(problems).toEqual([]);
    expect(shown(changed)).toEqual(
      ['a.client', 'b.client', 'c.client', 'shared.types'].map((name) => `out/${name}.ts`),
    );
    for (const property of ['a', 'b', 'c']) expect(declared()).toContain(`${property}: string;`);
    expect((await generate(options(), { check: true })).changed).toEqual([]);
  });

  test('finds them in a package of the workspace', async () => {
    write('clients/package.json', JSON.stringify({ name: '@shop/clients', exports: { './*': './src/*.client.ts' } }));
    mkdirSync(join(cwd, 'node_modules/@shop'), { recursive: true });
    symlinkSync(join(cwd, 'clients'), join(cwd, 'node_modules/@shop/clients'));
    write('src/a.ts', taking('A', 'string', ''));
    write('src/b.ts', taking('B', 'AOwn', "import type { AOwn } from '@shop/clients/a';"));
    const { problems } = await generate(options({ out: 'clients/src' }));
    expect(problems).toEqual([]);
    expect(declared('clients/src')).toContain('a: string;');
  });

  test('follows them where they are out of date', async () => {
    write('src/a.ts', taking('A', 'string', ''));
    write('src/b.ts', taking('B', 'AOwn', "import type { AOwn } from '../out/a.client.js';"));
    await generate(options());
    write('src/a.ts', taking('A', 'string', '').replace('{ a: string }', '{ renewed: string }'));
    await generate(options());
    expect(declared()).toContain('renewed: string;');
  });

  test('is told what is missing where no service of the run gives it', async () => {
    write('src/b.ts', taking('B', 'AOwn', "import type { AOwn } from '../out/a.client.js';"));
    expect((await generate(options())).problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/"AOwn" cannot be found/) as string }),
      expect.objectContaining({
        path: 'error TS2307',
        message: expect.stringMatching(/^Cannot find module/) as string,
      }),
    ]);
  });
});

describe('types that several services name', () => {
  const TYPES = `export enum Status { Open = 'open' }
export interface Line { sku: string; tree?: Line }
export interface Order { status: Status; lines: Line[] }`;
  const naming = (name: string, type: string): string =>
    `${IMPORT}\nimport type * as T from './types.js';\n@RpcService('${name}') export class ${name} {
  @RpcMethod() give(): ${type} { throw new Error(); }\n}`;
  const textOf = (name: string): string => readFileSync(join(cwd, 'out', name), 'utf8');

  test('are declared once, and each module has them', async () => {
    write('src/types.ts', TYPES);
    write('src/a.ts', naming('A', 'T.Order'));
    write('src/b.ts', naming('B', 'T.Line | T.Status'));
    const { changed } = await generate(options());
    expect(shown(changed)).toEqual(['out/a.client.ts', 'out/b.client.ts', 'out/shared.types.ts']);
    const declared = textOf('shared.types.ts').matchAll(/^export (?:const|interface) (\w+)/gm);
    expect([...declared].map(([, name]) => name)).toEqual(['Status', 'Line']);
    expect(textOf('a.client.ts')).toMatch(/^export interface Order \{/m);
    for (const name of ['a.client.ts', 'b.client.ts']) {
      expect(textOf(name)).toContain("import type { Line, Status } from './shared.types.js';");
      expect(textOf(name)).toContain("export { Status } from './shared.types.js';");
      expect(textOf(name)).toContain("export type { Line } from './shared.types.js';");
      expect(textOf(name)).not.toMatch(/^export (?:interface|enum|const) (?:Line|Status)\b/m);
    }
  });

  test('stay apart if only their names are alike, down to what they are made of', async () => {
    write('src/types.ts', TYPES);
    write('src/more/types.ts', TYPES.replace('sku: string', 'sku: number'));
    write('src/a.ts', naming('A', 'T.Order'));
    write('src/more/b.ts', naming('B', 'T.Order'));
    await generate(options());
    expect(textOf('shared.types.ts')).not.toMatch(/Line|Order/);
    for (const name of ['a.client.ts', 'b.client.ts']) expect(textOf(name)).toMatch(/^export interface Order \{/m);
  });

  test.each([
    ['{ "module": "nodenext" }', './shared.types.js'],
    ['{ "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true }', './shared.types.ts'],
    ['{ "module": "esnext", "moduleResolution": "bundler" }', './shared.types'],
    ['{ "module": "commonjs" }', './shared.types'],
  ])('are imported as modules of a project with %s import each other', async (compilerOptions, specifier) => {
    write('tsconfig.json', '{}');
    write('out/tsconfig.json', `{ "compilerOptions": ${compilerOptions}, "include": ["."] }`);
    write('src/types.ts', TYPES);
    write('src/a.ts', naming('A', 'T.Order'));
    write('src/b.ts', naming('B', 'T.Order'));
    await generate(options());
    expect(textOf('a.client.ts')).toContain(`} from '${specifier}';`);
  });

  test('are not declared at all if they are imported', async () => {
    write('src/types.ts', TYPES);
    for (const name of ['A', 'B']) {
      write(`src/${name}.ts`, `export type { Order } from './types.js';\n${naming(name, 'T.Order')}`);
    }
    const { changed } = await generate(options({ importTypes: true }));
    expect(shown(changed)).toEqual(['out/a.client.ts', 'out/b.client.ts']);
  });
});

test('globs that match nothing, and files without services, are misuse', async () => {
  await expect(generate(options())).rejects.toMatchObject({
    exitCode: 2,
    message: 'No file matches "src/**/*.ts".',
  });
  write('src/a.ts', 'export {};');
  write('src/types.d.ts', 'export {};');
  await expect(generate(options())).rejects.toMatchObject({
    exitCode: 2,
    message: 'No class with @RpcService and no defineService() is in the file that matches.',
  });
});

test.each([
  ['Greeter', 'greeter'],
  ['UserStore', 'user-store'],
  ['HTTPServer2Go', 'http-server2-go'],
  ['Ünïcode', 'ünïcode'],
])('%s goes into %s.client.ts', (className, expected) => {
  expect(fileNameOf(className)).toBe(expected);
});

describe('a report', () => {
  const result = (more: Partial<GenerateResult>): GenerateResult => ({
    services: [],
    changed: [],
    unchanged: [],
    problems: [],
    sources: [],
    ...more,
  });

  test('names what was written', () => {
    const report = reportText(result({ changed: [join(cwd, 'a.ts')], unchanged: [join(cwd, 'b.ts')] }), cwd, false);
    expect(report).toEqual({ lines: ['wrote a.ts'], errors: [] });
  });

  test('says so if there was nothing to do', () => {
    const report = reportText(result({ unchanged: ['a', 'b'] }), cwd, false);
    expect(report).toEqual({ lines: ['All 2 files are up to date.'], errors: [] });
  });

  test('for programs is one line of JSON with relative paths', () => {
    const service = { name: 'G', className: 'G', source: join(cwd, 'g.ts'), client: join(cwd, 'o/g.client.ts') };
    const problem = { file: join(cwd, 'g.ts'), line: 1, column: 2, path: 'G.a', message: 'No.' };
    const whole = result({
      services: [{ ...service, guards: join(cwd, 'o/g.guards.ts') }],
      changed: [service.client],
      problems: [problem],
    });
    const [line, ...others] = reportJson(whole, cwd, false).lines;
    expect(others).toEqual([]);
    expect(JSON.parse(line!)).toEqual({
      services: [{ name: 'G', className: 'G', source: 'g.ts', client: 'o/g.client.ts', guards: 'o/g.guards.ts' }],
      written: ['o/g.client.ts'],
      outOfDate: [],
      unchanged: [],
      problems: [{ ...problem, file: 'g.ts' }],
    });
    expect(JSON.parse(reportJson(whole, cwd, true).lines[0]!)).toMatchObject({
      written: [],
      outOfDate: ['o/g.client.ts'],
    });
  });
});
