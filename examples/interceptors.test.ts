/** The example of interceptors: its processes, and the store on disk. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FileIdempotencyStore } from './interceptors/file-store';

const running: ChildProcess[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-interceptors-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
  rmSync(folder, { recursive: true });
});

function start(file: string, ...args: string[]): ChildProcess {
  const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
  const child = spawn(process.execPath, [tsNode, file, ...args], { cwd: join(__dirname, 'interceptors') });
  running.push(child);
  return child;
}

async function startServer(
  port = '0',
  ...mode: string[]
): Promise<{ readonly port: string; readonly server: ChildProcess }> {
  const server = start('server.ts', port, folder, ...mode);
  const [line] = (await once(createInterface({ input: server.stdout! }), 'line')) as [string];
  return { server, port: /port (\d+)/.exec(line)![1]! };
}

async function client(port: string, ...args: string[]): Promise<string> {
  const child = start('client.ts', port, ...args);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return output;
}

test('strangers are refused before anything runs, users act for their tenant, and only admins close', async () => {
  const { port } = await startServer();
  expect(await client(port, 'mallory-token')).toBe(
    'UNAUTHENTICATED, executed: no. Who are you? Send a token that is known here.\n',
  );
  expect(await client(port, 'alice-token', 'pay', '100')).toBe('pay: 100\n');
  expect(await client(port, 'bob-token', 'pay', '50')).toBe('pay: 150\n');
  expect(await client(port, 'carol-token', 'balance')).toBe('balance: 0\n');
  expect(await client(port, 'bob-token', 'close')).toBe('PERMISSION_DENIED, executed: no. bob may not close.\n');
  expect(await client(port, 'alice-token', 'close')).toBe('close: 150\n');
});

test('who calls too often waits as long as the server says, and gets there', async () => {
  const { port } = await startServer();
  expect((await client(port, 'alice-token', 'pay', '1', '12')).split('\n').slice(0, -1)).toEqual(
    Array.from({ length: 12 }, (_none, index) => `pay: ${index + 1}`),
  );
});

test('a payment that had run when the server died is answered by the next one, and is paid once', async () => {
  const { port, server } = await startServer('0', 'crash');
  const answer = client(port, 'alice-token', 'pay', '100');
  await once(server, 'close');
  await startServer(port);
  expect(await answer).toBe('pay: 100\n');
  expect(await client(port, 'alice-token', 'balance')).toBe('balance: 100\n');
});

describe('the store on disk', () => {
  const path = (): string => join(folder, 'keys.jsonl');

  test('knows after a restart what has run, what was running, and what was released', async () => {
    {
      await using store = await FileIdempotencyStore.open(path());
      for (const key of ['ran', 'running', 'released'])
        expect(await store.claim(key, 'f')).toEqual({ state: 'claimed' });
      await store.complete('ran', new Uint8Array([1, 2]));
      await store.release('released');
      expect(await store.claim('ran', 'f')).toEqual({ state: 'completed', outcome: new Uint8Array([1, 2]) });
      expect(await store.claim('running', 'f')).toMatchObject({ state: 'running' });
    }
    for (let restart = 0; restart < 2; restart += 1) {
      await using store = await FileIdempotencyStore.open(path());
      expect(await store.claim('ran', 'f')).toEqual({ state: 'completed', outcome: Buffer.from([1, 2]) });
      expect(await store.claim('ran', 'other')).toEqual({ state: 'taken' });
      expect(await store.claim('running', 'f')).toEqual({ state: 'interrupted' });
    }
    await using store = await FileIdempotencyStore.open(path());
    expect(await store.claim('released', 'f')).toEqual({ state: 'claimed' });
  });

  test('gives a key to one of those who claim it at once', async () => {
    await using store = await FileIdempotencyStore.open(path());
    const claims = await Promise.all(Array.from({ length: 5 }, async () => store.claim('k', 'f')));
    expect(claims.map(({ state }) => state).sort()).toEqual(['claimed', 'running', 'running', 'running', 'running']);
  });

  test('overlooks half a line, which a process that was killed may leave', async () => {
    {
      await using store = await FileIdempotencyStore.open(path());
      await store.claim('k', 'f');
    }
    appendFileSync(path(), '{"key":"k","outco');
    await using store = await FileIdempotencyStore.open(path());
    expect(await store.claim('k', 'f')).toEqual({ state: 'interrupted' });
    expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(2);
  });

  test('forgets keys that are too old, and has room for so many', async () => {
    await using store = await FileIdempotencyStore.open(path(), { keysMax: 2, keptMs: -1 });
    await store.claim('a', 'f');
    await store.complete('a', new Uint8Array(1));
    expect(await store.claim('a', 'f')).toEqual({ state: 'claimed' });
    await store.claim('b', 'f');
    await expect(store.claim('c', 'f')).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });
});
