/** Streams of whole endpoints, over a network in memory. */
import { createClient, resuming, withOptions, type Client } from '@rpcudp/client';
import { RpcMethod, RpcService, type RpcError } from '@rpcudp/core';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '@rpcudp/core/testing';

@RpcService('Feed')
class Feed {
  pulled = 0;
  readonly ended: string[] = [];
  readonly sleep: (ms: number) => Promise<void>;

  constructor(sleep: (ms: number) => Promise<void>) {
    this.sleep = sleep;
  }

  @RpcMethod()
  async *count(from: number, to: number): AsyncGenerator<number> {
    try {
      for (let value = from; value <= to; value += 1) {
        this.pulled += 1;
        yield value;
      }
    } finally {
      this.ended.push('count');
    }
  }

  @RpcMethod()
  async *bytes(size: number, count: number): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) yield new Uint8Array(size).fill(index);
  }

  @RpcMethod()
  async *tick(everyMs: number): AsyncGenerator<number> {
    try {
      for (let value = 0; ; value += 1) {
        yield value;
        await this.sleep(everyMs);
      }
    } finally {
      this.ended.push('tick');
    }
  }

  @RpcMethod({ delivery: 'best-effort' })
  async *now(everyMs: number): AsyncGenerator<number> {
    for (let value = 0; ; value += 1) {
      yield value;
      await this.sleep(everyMs);
    }
  }

  @RpcMethod({ stream: 'client' })
  async total(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    return sum;
  }

  @RpcMethod({ stream: 'both' })
  async *double(values: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const value of values) yield 2 * value;
  }

  @RpcMethod()
  ping(): string {
    return 'pong';
  }
}

interface Served {
  readonly network: SimulatedNetwork;
  readonly feed: Feed;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly client: Client<Feed>;
}

function served(conditions: NetworkConditions = {}): Served {
  const network = new SimulatedNetwork(conditions);
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void network.clock.setTimer(ms, resolve));
  const feed = new Feed(sleep);
  const server = network.bind({ wires: ['native', 'rpcudp'] });
  server.serve(feed);
  const caller = network.bind({ wires: ['native', 'rpcudp'] });
  return { network, feed, server, caller, client: createClient(Feed, caller.peer(server.address)) };
}

async function read<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const counted = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** That nothing is left of any call. */
async function expectNothingLeft({ network, server, caller }: Served): Promise<void> {
  await network.clock.advance(1_000);
  expect([server.stats().runningHandlers, caller.stats().pendingCalls]).toEqual([0, 0]);
}

const ROUGH = { latencyMs: 20, jitterMs: 10, loss: 0.3, duplication: 0.2, reordering: 0.2 };

describe('over a network that loses, doubles and mixes up datagrams', () => {
  test.each(counted(1, 20))('each value comes once and in order, with seed %i', async (seed) => {
    const at = served({ ...ROUGH, seed });
    const { network } = at;
    // So much is lost here that a call alone may take more than the five seconds that it has.
    const client = withOptions(at.client, { timeoutMs: 60_000 });
    const streams = [read(client.count(1, 300)), read(client.double(counted(1, 200)))];
    const total = client.total(counted(1, 100)).orThrow();

    expect(await network.until(Promise.all(streams))).toEqual([
      counted(1, 300),
      counted(1, 200).map((value) => 2 * value),
    ]);
    expect(await network.until(total)).toBe(5_050);
    await expectNothingLeft(at);
  });

  test('values of all sizes arrive whole', async () => {
    const at = served({ ...ROUGH, seed: 3 });
    for (const size of [0, 1, 1_100, 5_000, 70_000, 400_000]) {
      const values = await at.network.until(read(withOptions(at.client, { timeoutMs: 60_000 }).bytes(size, 3)));
      expect(values.map(({ length }) => length)).toEqual([size, size, size]);
      expect(values.map((value) => value.at(-1))).toEqual(size === 0 ? [undefined, undefined, undefined] : [0, 1, 2]);
    }
    await expectNothingLeft(at);
  });

  test('a loop that is left ends the generator, whatever is lost of that', async () => {
    const at = served({ ...ROUGH, seed: 5 });
    const left = async (): Promise<void> => {
      for await (const value of at.client.count(1, 1e9)) if (value === 500) break;
    };
    await at.network.until(left());
    await expectNothingLeft(at);
    expect(at.feed.ended).toEqual(['count']);
  });
});

test('a slow reader holds the generator back', async () => {
  const at = served({ latencyMs: 10 });
  const values = at.client.count(1, 1e9)[Symbol.asyncIterator]();
  for (let taken = 1; taken <= 600; taken += 1) {
    await at.network.until(values.next());
    if (taken % 100 === 0) await at.network.clock.advance(100);
    expect(at.feed.pulled - taken).toBeLessThanOrEqual(256 + 1);
  }
  await values.return!();
  await expectNothingLeft(at);
});

test('leaving a loop ends a handler that awaits something, without waiting for that', async () => {
  const at = served({ latencyMs: 10 });
  const HOUR_MS = 3_600_000;
  for await (const value of atOnce(at.client.tick(HOUR_MS))) {
    expect(value).toBe(0);
    break;
  }
  await expectNothingLeft(at);
  // Its generator hears of that when what it awaits has settled.
  expect(at.feed.ended).toEqual([]);
  await at.network.clock.advance(HOUR_MS);
  expect(at.feed.ended).toEqual(['tick']);

  /** The values of a stream, with time going by until each comes. */
  async function* atOnce<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
    const reading = values[Symbol.asyncIterator]();
    try {
      for (;;) {
        const result = await at.network.until(reading.next());
        if (result.done === true) return;
        yield result.value;
      }
    } finally {
      await reading.return?.();
    }
  }
});

test('a stream that nobody reads for a minute goes on', async () => {
  const at = served({ latencyMs: 10 });
  const values = at.client.count(1, 1_000)[Symbol.asyncIterator]();
  expect((await at.network.until(values.next())).value).toBe(1);
  await at.network.clock.advance(60_000);

  const rest = { [Symbol.asyncIterator]: () => values };
  expect(await at.network.until(read(rest))).toEqual(counted(2, 1_000));
  await expectNothingLeft(at);
});

test('a quiet stream stays open for hours, and ends when its caller is gone', async () => {
  const at = served({ latencyMs: 10 });
  const values = at.client.tick(3_600_000)[Symbol.asyncIterator]();
  await at.network.until(values.next());
  expect((await at.network.until(values.next())).value).toBe(1);
  at.network.disconnect(at.caller);
  await at.network.clock.advance(120_000);

  expect(at.server.stats().runningHandlers).toBe(0);
});

test('the restart of a server ends a stream with UNAVAILABLE, and resuming() goes on where it was', async () => {
  const at = served({ latencyMs: 10 });
  const { network, client, server } = at;
  const { address } = server;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void network.clock.setTimer(ms, resolve));
  const values = resuming<number>((last = 0) => client.count(last + 1, 1_000), { wait });
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of values) {
      seen.push(value);
      if (value === 300) await restarted();
    }
  })();
  async function restarted(): Promise<void> {
    void server.close({ graceMs: 0 });
    await wait(5);
    const again = network.bind(address);
    again.serve(new Feed(wait));
  }
  await network.until(reading);

  expect(seen).toEqual(counted(1, 1_000));
});

test('closing an endpoint ends its streams at once, and leaves other handlers their time', async () => {
  const at = served({ latencyMs: 10 });
  const values = at.client.tick(1_000)[Symbol.asyncIterator]();
  await at.network.until(values.next());
  const began = at.network.clock.now;
  const closed = at.server.close({ graceMs: 60_000 });
  const error = await at.network.until(values.next().catch((thrown: unknown) => thrown as RpcError));
  await at.network.until(closed);

  expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  expect(at.network.clock.now - began).toBeLessThan(1_000);
});

test('best effort gives values that are new, whatever was lost', async () => {
  const at = served({ latencyMs: 50, loss: 0.2, seed: 2 });
  const poses = at.client.now(10);
  at.network.clock.setTimer(5_000, () => poses.cancel());
  const values = await at.network.until(read(poses));

  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(new Set(values).size).toBe(values.length);
  expect(values.length).toBeGreaterThan(200);
  expect(poses.missed).toBe(values.at(-1)! + 1 - values.length);
  await expectNothingLeft(at);
});

test('the rpcudp wire carries no streams, and says so before anything is sent', async () => {
  const at = served();
  const client = createClient(Feed, at.caller.peer(at.server.address, { wire: 'rpcudp' }));
  const refused = { code: 'FAILED_PRECONDITION', executed: 'no', message: expect.stringContaining('rpcudp') as string };

  await expect(at.network.until(read(client.count(1, 2)))).rejects.toMatchObject(refused);
  await expect(at.network.until(client.total([1]).orThrow())).rejects.toMatchObject(refused);
  expect(at.caller.stats().datagrams.sent).toBe(0);
});

test('a stream shares its way with calls, and holds none of them up', async () => {
  const at = served({ latencyMs: 10, bytesPerSecond: 10_000_000 });
  const values = at.client.bytes(65_536, 128);
  const reading = read(values);
  const latencies: number[] = [];
  for (let call = 0; call < 20; call += 1) {
    const began = at.network.clock.now;
    await at.network.until(at.client.ping().orThrow());
    latencies.push(at.network.clock.now - began);
  }
  expect(Math.max(...latencies)).toBeLessThan(150);
  expect(await at.network.until(reading)).toHaveLength(128);
});
