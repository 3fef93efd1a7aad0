/** Which configuration a source is read with, and what it makes of the source. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TypeModel } from '../model.js';
import { readServices } from './index.js';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'rpcudp-programs-')))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files by their paths; what is no text becomes JSON. */
function write(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const service = (type: string, name = 'S', imports = ''): string =>
  `import { RpcMethod, RpcService } from '@rpcudp/core';\n${imports}
@RpcService('${name}') export class ${name} { @RpcMethod() give(): ${type} { throw new Error(); } }`;

/** What the methods of all services give, or what stands in the way. */
function given(paths: readonly string[], tsconfig?: string): unknown {
  const files = paths.map((path) => join(folder, path));
  const options = { strict: true, tsconfig: tsconfig === undefined ? undefined : join(folder, tsconfig) };
  const { services, problems } = readServices(files, options);
  if (problems.length > 0) return problems.map(({ message }) => message);
  return services.map(({ methods, declarations }) => {
    const result = methods[0]!.signatures[0]!.result;
    const named = (type: TypeModel): unknown =>
      type.kind === 'reference' ? declarations.find(({ name }) => name === type.name) : type;
    return shown(named(result));
  });
}

/** A type as it is written: what these tests have of it. */
function shown(type: unknown): unknown {
  const { kind, name, shape, members } = type as {
    kind: string;
    name?: string;
    shape?: { properties: readonly { name: string }[] };
    members?: readonly unknown[];
  };
  if (kind === 'interface') return `{ ${shape!.properties.map((property) => property.name).join(', ')} }`;
  return kind === 'union' ? members!.map(shown).join(' | ') : (name ?? kind);
}

const ALIAS = { compilerOptions: { strict: true, paths: { '@/*': ['./src/*'] } }, include: ['src'] };

test('two packages with the same alias are read each with its own', () => {
  for (const name of ['a', 'b']) {
    write({
      [`${name}/tsconfig.json`]: ALIAS,
      [`${name}/src/item.ts`]: `export interface Item { of_${name}: string }`,
      [`${name}/src/service.ts`]: service('Item', name.toUpperCase(), "import type { Item } from '@/item';"),
    });
  }
  expect(given(['a/src/service.ts', 'b/src/service.ts'])).toEqual(['{ of_a }', '{ of_b }']);
});

test('a configuration that only lists others gives way to the one that holds the file', () => {
  write({
    'tsconfig.json': { files: [], references: [{ path: './tsconfig.node.json' }, { path: './tsconfig.app.json' }] },
    'tsconfig.node.json': { include: ['tools'] },
    'tsconfig.app.json': ALIAS,
    'src/item.ts': 'export interface Item { text: string }',
    'src/service.ts': service('Item', 'S', "import type { Item } from '@/item';"),
  });
  expect(given(['src/service.ts'])).toEqual(['{ text }']);
});

test('references of references are followed, also in a circle', () => {
  write({
    'tsconfig.json': { files: [], references: [{ path: './one' }] },
    'one/tsconfig.json': { files: [], references: [{ path: '..' }, { path: '../two/tsconfig.lib.json' }] },
    'two/tsconfig.lib.json': { extends: '../base.json', include: ['../src'] },
    'base.json': { compilerOptions: { strict: true, paths: { '#item': ['./src/item.ts'] } } },
    'src/item.ts': 'export interface Item { text: string }',
    'src/service.ts': service('Item', 'S', "import type { Item } from '#item';"),
  });
  expect(given(['src/service.ts'])).toEqual(['{ text }']);
});

test('a configuration that does not hold the file gives way to one above that does', () => {
  write({
    'tsconfig.json': { compilerOptions: { paths: { '#item': ['./item.ts'] } }, include: ['package/service.ts'] },
    'package/tsconfig.json': { include: ['other'] },
    'item.ts': 'export interface Item { text: string }',
    'package/service.ts': service('Item', 'S', "import type { Item } from '#item';"),
  });
  expect(given(['package/service.ts'])).toEqual(['{ text }']);
});

test('a file that no configuration holds is read with the nearest that has more than references', () => {
  write({
    'tsconfig.json': { compilerOptions: { paths: { '#item': ['./item.ts'] } }, include: ['other'] },
    'package/tsconfig.json': { files: [], references: [] },
    'package/deep/tsconfig.json': { files: [], references: [{ path: './missing' }] },
    'item.ts': 'export interface Item { text: string }',
    'package/deep/service.ts': service('string'),
    'service.ts': service('Item', 'T', "import type { Item } from '#item';"),
  });
  expect(given(['package/deep/service.ts', 'service.ts'])).toEqual(['string', '{ text }']);
});

test('a configuration that is given holds for all files', () => {
  write({
    'tsconfig.json': { compilerOptions: { paths: { '#item': ['./wrong.ts'] } } },
    'tsconfig.special.json': { compilerOptions: { paths: { '#item': ['./right.ts'] } }, include: ['nothing'] },
    'wrong.ts': 'export interface Item { wrong: string }',
    'right.ts': 'export interface Item { right: string }',
    'service.ts': service('Item', 'S', "import type { Item } from '#item';"),
  });
  expect(given(['service.ts'], 'tsconfig.special.json')).toEqual(['{ right }']);
});

test.each([
  ['declare global in a module', "import './other.js';\ndeclare global { interface Price { cents: bigint } }\n"],
  ['an ambient module', "declare module 'money' { export interface Price { cents: bigint } }"],
  ['a script', 'interface Price { cents: bigint }'],
  ['a namespace of a script', 'declare namespace Shop {\n  export interface Price { cents: bigint }\n}'],
])('what %s declares is found though nothing imports it', (_title, source) => {
  const imports = source.includes("'money'") ? "import type { Price } from 'money';" : '';
  write({
    'tsconfig.json': { include: ['src'] },
    'src/globals.ts': source,
    'src/other.ts': 'export {};',
    'src/service.ts': service(source.includes('Shop') ? 'Shop.Price' : 'Price', 'S', imports),
  });
  expect(given(['src/service.ts'])).toEqual(['{ cents }']);
});

const GEOJSON = {
  'node_modules/@types/geojson/package.json': { name: '@types/geojson', types: 'index.d.ts' },
  'node_modules/@types/geojson/index.d.ts':
    'export as namespace GeoJSON;\nexport interface Point { coordinates: number[] }',
};

test.each([
  ['if nothing is said about types', {}],
  ['if types name the package', { types: ['geojson'] }],
  ['if typeRoots hold it', { typeRoots: ['./node_modules/@types'] }],
])('a global namespace of @types is found %s', (_title, compilerOptions) => {
  write({
    ...GEOJSON,
    'tsconfig.json': { compilerOptions: { moduleDetection: 'force', ...compilerOptions }, include: ['src'] },
    'src/service.ts': service('GeoJSON.Point'),
  });
  expect(given(['src/service.ts'])).toEqual(['{ coordinates }']);
});

test('a referenced package is read from its sources, each with its own aliases, before it is built', () => {
  write({
    'shared/package.json': { name: '@shop/shared', types: './dist/index.d.ts', main: './dist/index.js' },
    'shared/tsconfig.json': {
      compilerOptions: { composite: true, rootDir: 'src', outDir: 'dist', paths: { '@/*': ['./src/*'] } },
      include: ['src'],
    },
    'shared/src/index.ts': "export type { Item } from '@/item';",
    'shared/src/item.ts': 'export interface Item { shared: string }',
    'app/tsconfig.json': {
      compilerOptions: { paths: { '@/*': ['./src/*'], '@shop/shared': ['../shared'] } },
      include: ['src'],
      references: [{ path: '../shared' }],
    },
    'app/src/item.ts': 'export interface Item { app: string }',
    'app/src/service.ts': service('Item', 'S', "import type { Item } from '@shop/shared';"),
  });
  expect(given(['app/src/service.ts'])).toEqual(['{ shared }']);
});

test('lib says what the language has', () => {
  write({
    'tsconfig.json': { compilerOptions: { lib: ['ES2022'], types: [] }, include: ['src'] },
    'src/lib.ts': 'interface Document { title: string }',
    'src/service.ts': service('Document'),
  });
  expect(given(['src/service.ts'])).toEqual(['{ title }']);
});

test.each([
  ['the configuration that was read', { 'tsconfig.json': {} }, /It was read with .*tsconfig\.json\.$/],
  ['that there is none', {}, /It was read without a tsconfig\.json: there is none above it\.$/],
])('what cannot be found names %s', (_title, config, expected) => {
  write({ ...config, 'service.ts': service('Nowhere') });
  expect(given(['service.ts'])).toEqual([expect.stringMatching(expected), "Cannot find name 'Nowhere'."]);
});
