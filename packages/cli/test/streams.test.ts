import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RpcMethod, RpcService, RpcError } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { ended, run, start, type Ended, type RunOptions } from './command';
import { silent } from './served';

@RpcService('Feed')
class Feed {
  /** Those of `watch` that have ended. */
  ended = 0;

  @RpcMethod({ doc: 'Counts.' })
  async *count(to: number): AsyncGenerator<{ value: number }> {
    for (let value = 1; value <= to; value += 1) yield { value };
  }

  @RpcMethod()
  async *watch(): AsyncGenerator<string> {
    try {
      for (;;) {
        yield 'tick';
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      this.ended += 1;
    }
  }

  @RpcMethod()
  async *breaks(): AsyncGenerator<number> {
    yield 1;
    throw new RpcError('NOT_FOUND', 'There is no more.');
  }

  @RpcMethod({ stream: 'client' })
  async total(name: string, values: AsyncIterable<number>): Promise<string> {
    let sum = 0;
    for await (const value of values) sum += value;
    return `${name}: ${sum}`;
  }

  @RpcMethod({ stream: 'both' })
  async *double(values: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const value of values) yield 2 * value;
  }
}

const feed = new Feed();
let endpoint: UdpEndpoint;
let address: string;
beforeAll(async () => {
  endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent, reflection: true });
  endpoint.serve(feed);
  address = `127.0.0.1:${endpoint.address.port}`;
});
afterAll(() => endpoint.close({ graceMs: 0 }));

const call = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(['call', address, ...args], options);
const lines = (...printed: string[]): Ended => ({
  code: 0,
  stdout: printed.map((line) => `${line}\n`).join(''),
  stderr: '',
});

test('a stream is printed a line for each value, though nobody said that it is one', async () => {
  expect(await call(['Feed.count', '3'])).toEqual(lines('{ value: 1 }', '{ value: 2 }', '{ value: 3 }'));
  expect(await call(['Feed.count', '2', '--json', '--stream', 'server'])).toEqual(lines('{"value":1}', '{"value":2}'));
});

test('--count and --for end it, and the handler', async () => {
  const before = feed.ended;
  expect(await call(['Feed.watch', '--count', '2'])).toEqual(lines("'tick'", "'tick'"));
  const { code, stdout } = await call(['Feed.watch', '--for', '200ms']);
  expect({ code, some: stdout.startsWith("'tick'\n'tick'\n") }).toEqual({ code: 0, some: true });
  expect(feed.ended).toBe(before + 2);
});

test('Ctrl-C ends it, and the handler', async () => {
  const before = feed.ended;
  const child = start(['call', address, 'Feed.watch']);
  const outcome = ended(child);
  await once(createInterface({ input: child.stdout }), 'line');
  child.kill('SIGINT');

  expect((await outcome).code).toBe(0);
  expect(feed.ended).toBe(before + 1);
});

test('an error comes after the values before it', async () => {
  const { code, stdout, stderr } = await call(['Feed.breaks']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '1\n' });
  expect(stderr).toContain('said no (the handler ran): NOT_FOUND: There is no more.');
});

describe('a streamed argument', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
    writeFileSync(join(folder, 'values.jsonl'), '1\n2\n\n3\n');
    writeFileSync(join(folder, 'wrong.jsonl'), '1\n{\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is a file, standard input or an array', async () => {
    expect(await call(['Feed.total', 'str:file', '@values.jsonl'], { cwd: folder })).toEqual(lines("'file: 6'"));
    expect(await call(['Feed.total', 'str:input', '-', '--json'], { input: '4\n5\n' })).toEqual(lines('"input: 9"'));
    expect(await call(['Feed.total', 'str:array', '[1, 2]'])).toEqual(lines("'array: 3'"));
    expect(await call(['Feed.double', '-'], { input: '1\n2\n' })).toEqual(lines('2', '4'));
  });

  test('is sent line by line', async () => {
    const child = start(['call', address, 'Feed.double', '-', '--stream', 'both']);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const outcome = ended(child);
    for (const value of [1, 2]) {
      child.stdin.write(`${value}\n`);
      expect((await answers.next()).value).toBe(String(2 * value));
    }
    child.stdin.end();
    expect((await outcome).code).toBe(0);
  });

  test('that is wrong is named by its line', async () => {
    const { code, stderr } = await call(['Feed.total', 'str:file', '@wrong.jsonl'], { cwd: folder });
    expect(stderr).toMatch(/^rpcudp: wrong\.jsonl, line 2 is not JSON5: /);
    expect(code).toBe(2);
    expect(await call(['Feed.total', 'str:none', '5'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('its last argument has to be an array, or @file or -') as string,
    });
  });
});

test('list and describe show streams in their signatures', async () => {
  const { stdout: list } = await run(['list', address]);
  expect(list).toContain('  count(to: number): AsyncIterable<unknown>\n');
  expect(list).toContain('  total(name: string, values: AsyncIterable<unknown>)\n');
  const { stdout: described } = await run(['describe', address, 'Feed.double']);
  expect(described).toContain('stream: it takes many values as its last argument, - or @file, and answers with many');
});

test('bench --stream counts the values of streams', async () => {
  const args = ['Feed.count', '1000', '--stream', '--in-flight', '2', '--warmup', '0.1', '--duration', '0.4', '--json'];
  const { code, stdout } = await run(['bench', address, ...args]);
  const result = JSON.parse(stdout) as { items: number; itemsPerSecond: number; streams: number };

  expect({ code, streams: result.streams }).toEqual({ code: 0, streams: 2 });
  expect(result.items).toBeGreaterThan(1_000);
  expect(result.itemsPerSecond).toBeGreaterThan(result.items);
  expect(await run(['bench', address, 'Feed.total', '--stream'])).toMatchObject({ code: 1 });
});
