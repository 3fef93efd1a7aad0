import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settle, type GenerateOptions } from './config.js';
import { watch, type WatchOptions } from './watch.js';

type Run = Parameters<WatchOptions['onRun']>[0];

let cwd: string;
let end: () => Promise<void>;
beforeEach(() => {
  end = () => Promise.resolve();
  cwd = mkdtempSync(join(tmpdir(), 'rpcudp-watch-'));
  mkdirSync(join(cwd, 'src'));
});
afterEach(async () => {
  // Also of a test that has failed: what is watched keeps Jest from ending.
  await end();
  rmSync(cwd, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(cwd, name), text);
}

const greeter = (type: string, imports = ''): string =>
  `import { RpcMethod, RpcService } from '@rpcudp/core';\n${imports}
@RpcService('Greeter') export class Greeter { @RpcMethod() sayHi(name: ${type}): void {} }`;

/**
 * Gives what waits for the first run from now on that is as wanted: one change can cause several runs, of half a file or of
 * the same.
 */
function started(): (wanted: (run: Run) => boolean) => Promise<Run> {
  const options = (): GenerateOptions => settle({ files: ['src/**/*.ts'], out: 'out' }, cwd);
  const runs: Run[] = [];
  let wake = (): void => undefined;
  const onRun = (run: Run): void => {
    runs.push(run);
    wake();
  };
  const abort = new AbortController();
  const ended = watch(options, { signal: abort.signal, onRun, quietMs: 10 });
  const next = async (): Promise<Run> => {
    while (runs.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return runs.shift()!;
  };
  end = async () => {
    abort.abort();
    await ended;
  };
  return async (wanted) => {
    let run = await next();
    while (!wanted(run)) run = await next();
    return run;
  };
}

const client = (): string => readFileSync(join(cwd, 'out/greeter.client.ts'), 'utf8');

const isRight = (run: Run): boolean => 'result' in run && run.result.problems.length === 0;
const isWrong = (run: Run): boolean => 'result' in run && run.result.problems.length > 0;
const changesFiles = (run: Run): boolean => 'result' in run && run.result.changed.length > 0;

test('generates at once, and again when a source or a type from elsewhere changes, until it is aborted', async () => {
  mkdirSync(join(cwd, 'types'));
  write('types/name.ts', 'export interface Name { first: string }');
  write('src/greeter.ts', greeter('Name', "import type { Name } from '../types/name.js';"));
  const run = started();
  await run(isRight);
  expect(client()).toContain('first: string');

  write('types/name.ts', 'export interface Name { last: string }');
  expect(await run(changesFiles)).toMatchObject({ result: { changed: [join(cwd, 'out/greeter.client.ts')] } });
  expect(client()).toContain('last: string');

  write('src/greeter.ts', greeter('number'));
  await run(changesFiles);
  expect(client()).toContain('sayHi(name: number): void');
  await end();
});

test('generates again when a configuration changes: its own, or one that the compiler reads', async () => {
  mkdirSync(join(cwd, 'there'));
  write('here.ts', 'export interface Name { here: string }');
  write('there/there.ts', 'export interface Name { there: string }');
  write('src/greeter.ts', greeter('Name', "import type { Name } from '#name';"));
  const base = (path: string): string => JSON.stringify({ compilerOptions: { paths: { '#name': [path] } } });
  write('base.json', base('./here.ts'));
  write('tsconfig.json', JSON.stringify({ extends: './base.json', include: ['src'] }));
  const run = started();
  await run(isRight);
  expect(client()).toContain('here: string');

  write('base.json', base('./there/there.ts'));
  await run(changesFiles);
  expect(client()).toContain('there: string');

  write('rpcudp.config.json', JSON.stringify({ generate: { guards: 1 } }));
  expect(await run((found) => 'error' in found)).toMatchObject({
    error: { message: expect.stringMatching(/guards must be true or false/) as string },
  });
  write('rpcudp.config.json', JSON.stringify({ generate: { guards: true } }));
  expect(await run(changesFiles)).toMatchObject({ result: { changed: [join(cwd, 'out/greeter.guards.ts')] } });
  await end();
});

test('what is wrong is told, and the watch goes on', async () => {
  const run = started();
  expect(await run(() => true)).toMatchObject({ error: { message: 'No file matches "src/**/*.ts".' } });
  write('src/greeter.ts', greeter('symbol'));
  expect(await run(isWrong)).toMatchObject({ result: { problems: [{ path: 'Greeter.sayHi(name)' }] } });
  write('src/greeter.ts', greeter('string'));
  expect(await run(isRight)).toMatchObject({ result: { problems: [] } });
  await end();
});

test('an end that comes before the first run comes at once', async () => {
  started();
  await end();
  expect(() => client()).toThrow(/ENOENT/);
});
