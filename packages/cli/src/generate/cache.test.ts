/** What a run does where nothing has changed, and that it notices whatever has. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import * as tsMorph from 'ts-morph';
import type { GenerateOptions } from './config.js';
import type { GenerateResult } from './generate.js';

let cwd: string;
/** How often the compiler was loaded. */
let loads: number;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'rpcudp-cache-')));
  mkdirSync(join(cwd, 'node_modules'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(name: string, text: string): void {
  const file = join(cwd, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const text = (name: string): string => readFileSync(join(cwd, name), 'utf8');

const service = (
  type: string,
  imports = '',
): string => `import { RpcMethod, RpcService } from '@rpcudp/core';\n${imports}
@RpcService('S') export class S { @RpcMethod() take(value: ${type}): void {} }`;

interface Run {
  readonly changed: readonly string[];
  readonly read: boolean;
  readonly problems: readonly string[];
}

/** Generates as a process of its own would, with nothing loaded. */
async function run(more: Partial<GenerateOptions> = {}, settings: { check?: boolean } = {}): Promise<Run> {
  const options = {
    files: ['src/*.ts'],
    out: 'out',
    guards: false,
    importTypes: false,
    strict: true,
    tsconfig: undefined,
  };
  let result: GenerateResult | undefined;
  loads = 0;
  await jest.isolateModulesAsync(async () => {
    jest.doMock('ts-morph', () => {
      loads += 1;
      return tsMorph;
    });
    const { generate } = await import('./generate.js');
    result = await generate({ ...options, cwd, ...more }, settings);
  });
  const { changed, problems } = result!;
  return {
    changed: changed.map((path) => relative(cwd, path)),
    read: loads > 0,
    problems: problems.map(({ message }) => message),
  };
}

const CLIENT = 'out/s.client.ts';
const NOTHING: Run = { changed: [], read: false, problems: [] };

test('where nothing has changed, nothing is written and the compiler is not loaded', async () => {
  write('src/s.ts', service('string'));
  expect(await run()).toEqual({ changed: [CLIENT], read: true, problems: [] });
  expect(await run()).toEqual(NOTHING);
  expect(await run({}, { check: true })).toEqual(NOTHING);
});

test('an output that was edited or removed is written again, without the compiler', async () => {
  write('src/s.ts', service('string'));
  await run();
  const right = text(CLIENT);
  write(CLIENT, `${right}// mine`);
  expect(await run({}, { check: true })).toEqual({ changed: [CLIENT], read: false, problems: [] });
  expect(text(CLIENT)).not.toBe(right);
  expect(await run()).toEqual({ changed: [CLIENT], read: false, problems: [] });
  expect(text(CLIENT)).toBe(right);
  rmSync(join(cwd, 'out'), { recursive: true });
  expect(await run()).toEqual({ changed: [CLIENT], read: false, problems: [] });
  expect(text(CLIENT)).toBe(right);
});

describe('the sources are read again', () => {
  /** A service whose type comes from elsewhere, read once. */
  async function known(imports = "import type { T } from './types/t.js';"): Promise<void> {
    write('src/s.ts', service('T', imports));
    write('src/types/t.ts', 'export interface T { one: string }');
    write('tsconfig.json', '{ "compilerOptions": { "strict": true }, "include": ["src"] }');
    expect(await run()).toMatchObject({ problems: [] });
    expect(await run()).toEqual(NOTHING);
  }

  test('if a source changes', async () => {
    await known();
    write('src/s.ts', service('T[]', "import type { T } from './types/t.js';"));
    expect(await run()).toMatchObject({ changed: [CLIENT], read: true });
  });

  test('if a file changes that only a type comes from, also if its times and its size are as before', async () => {
    await known();
    write('src/types/t.ts', 'export interface T { two: string }');
    expect(await run()).toMatchObject({ changed: [CLIENT], read: true });
    expect(text(CLIENT)).toContain('two: string');
  });

  test('if a file matches that did not', async () => {
    await known();
    write('src/r.ts', service('string').replaceAll(/\bS\b/g, 'R'));
    expect(await run()).toMatchObject({ changed: ['out/r.client.ts'], read: true });
  });

  test('if a file comes to be that is found before the one that was read', async () => {
    await known("import type { T } from './types/t';");
    write('tsconfig.json', '{ "compilerOptions": { "moduleResolution": "bundler", "module": "esnext" } }');
    await run();
    expect(await run()).toEqual(NOTHING);
    write('src/types/t/index.ts', 'export interface T { never: string }');
    await run();
    write('src/types.ts', 'export {};');
    expect((await run()).read).toBe(true);
  });

  test('if the project holds a file that it did not, such as one that declares globals', async () => {
    await known();
    write('src/s.ts', service('Price'));
    write('src/globals.d.ts', 'interface Price { cents: bigint }');
    expect(await run()).toMatchObject({ problems: [], changed: [CLIENT], read: true });
    write('src/more/globals.d.ts', 'interface Price { currency: string }');
    expect(await run()).toMatchObject({ problems: [], changed: [CLIENT], read: true });
  });

  test('if the configuration changes, or one that it extends, or one comes to be that is nearer', async () => {
    await known();
    write('base.json', '{}');
    write('tsconfig.json', '{ "extends": "./base.json" }');
    expect((await run()).read).toBe(true);
    write('base.json', '{ "compilerOptions": { "skipLibCheck": true } }');
    expect((await run()).read).toBe(true);
    write('src/tsconfig.json', '{}');
    expect((await run()).read).toBe(true);
    expect(await run()).toEqual(NOTHING);
  });

  test('if a link leads elsewhere', async () => {
    write('one/package.json', '{ "name": "types", "types": "t.d.ts" }');
    write('one/t.d.ts', 'export interface T { one: string }');
    write('two/package.json', '{ "name": "types", "types": "t.d.ts" }');
    write('two/t.d.ts', 'export interface T { two: string }');
    symlinkSync(join(cwd, 'one'), join(cwd, 'node_modules/types'));
    await known("import type { T } from 'types';");
    rmSync(join(cwd, 'node_modules/types'));
    symlinkSync(join(cwd, 'two'), join(cwd, 'node_modules/types'));
    expect(await run()).toMatchObject({ changed: [CLIENT], read: true });
  });

  test('if the options differ, and each has its own memory', async () => {
    await known();
    expect(await run({ guards: true })).toMatchObject({ changed: ['out/s.guards.ts'], read: true });
    // The first run has not seen the folder that it made, and others have put something into it.
    expect((await run()).read).toBe(true);
    expect(await run({ guards: true })).toEqual(NOTHING);
    expect(await run()).toEqual(NOTHING);
  });

  test('if there was a problem', async () => {
    await known();
    write('src/s.ts', service('symbol'));
    expect((await run()).problems).toHaveLength(1);
    expect((await run()).problems).toHaveLength(1);
  });

  test('if what was remembered is broken', async () => {
    await known();
    const folder = join(cwd, 'node_modules/.cache/rpcudp');
    expect(existsSync(folder)).toBe(true);
    rmSync(folder, { recursive: true });
    expect((await run()).read).toBe(true);
  });
});

test('outputs inside of the project change nothing, and what others put beside them does', async () => {
  write('tsconfig.json', '{ "include": ["src"] }');
  write('src/s.ts', service('string'));
  const inside = { out: 'src/generated' };
  expect((await run(inside)).changed).toEqual(['src/generated/s.client.ts']);
  expect(await run(inside)).toEqual(NOTHING);
  write('src/generated/globals.d.ts', 'interface T {}');
  expect((await run(inside)).read).toBe(true);
});

test('outputs that match as sources do are no news', async () => {
  write('src/s.ts', service('string'));
  const among = { files: ['src/**/*.ts'], out: 'src/generated' };
  expect((await run(among)).changed).toEqual(['src/generated/s.client.ts']);
  expect(await run(among)).toEqual(NOTHING);
});

test('without a folder of modules nothing is remembered', async () => {
  rmSync(join(cwd, 'node_modules'), { recursive: true });
  write('src/s.ts', service('string'));
  await run();
  expect((await run()).read).toBe(true);
});
