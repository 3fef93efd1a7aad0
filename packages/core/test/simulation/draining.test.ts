/** An endpoint that drains: what it refuses, what it finishes, and when it has. */
import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, defineService, rpcContext, type RpcCall } from '@rpcudp/core';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { DRAIN_TIMEOUT_MS_DEFAULT } from '../../src/limits';
import { silent } from './fixtures';

type BindOptions = NonNullable<Parameters<SimulatedNetwork['bind']>[0]>;

@RpcService('Orders')
class Orders {
  /** How often each order was placed. */
  readonly placed = new Map<number, number>();
  readonly sleep: (ms: number) => Promise<void>;

  constructor(sleep: (ms: number) => Promise<void>) {
    this.sleep = sleep;
  }

  @RpcMethod()
  async place(id: number, workMs: number): Promise<number> {
    this.placed.set(id, (this.placed.get(id) ?? 0) + 1);
    if (workMs > 0) await this.sleep(workMs);
    return id;
  }

  @RpcMethod()
  upload(id: number, bytes: Uint8Array): number {
    this.placed.set(id, (this.placed.get(id) ?? 0) + 1);
    return bytes.length;
  }

  @RpcMethod({ oneWay: true })
  note(id: number): void {
    this.placed.set(id, (this.placed.get(id) ?? 0) + 1);
  }

  /** Asks its caller something after a while. */
  @RpcMethod()
  async confirm(id: number): Promise<string> {
    const back = createClient(Desk, rpcContext().peer);
    await this.sleep(50);
    return back.confirmed(id).orThrow();
  }

  @RpcMethod()
  async *follow(count: number, everyMs: number): AsyncGenerator<number> {
    for (let n = 1; n <= count; n += 1) {
      yield n;
      await this.sleep(everyMs);
    }
  }
}

const Desk = defineService<{ confirmed(id: number): string }>('Desk', { confirmed: {} });

interface Pair {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly orders: Orders;
  readonly client: Client<Orders>;
}

function pair(
  conditions: NetworkConditions = {},
  options: { readonly server?: BindOptions; readonly caller?: BindOptions } = {},
): Pair {
  const network = new SimulatedNetwork({ latencyMs: 5, ...conditions });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...options.server });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, ...options.caller });
  const orders = new Orders((ms) => new Promise((resolve) => network.clock.setTimer(ms, resolve)));
  server.serve(orders);
  return { network, server, caller, orders, client: createClient(Orders, caller.peer(server.address)) };
}

/** What a call gave, or `CODE/executed`. */
async function outcomeOf<T>(call: RpcCall<T> | Promise<T>): Promise<T | string> {
  try {
    return await ('orThrow' in call ? call.orThrow() : call);
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    return `${error.code}/${error.executed}`;
  }
}

const COMPLETE = { complete: true, runningHandlers: 0, endedStreams: 0, unacknowledgedReplies: 0 };

describe('an endpoint that drains', () => {
  test('finishes what runs, refuses what begins, and says that neither ran in vain', async () => {
    const { network, server, orders, client } = pair();
    const running = outcomeOf(client.place(1, 100));
    await network.advance(20);
    const drained = server.drain();
    const begun = outcomeOf(client.place(2, 0));
    expect(await network.until(Promise.all([running, begun]))).toEqual([1, 'UNAVAILABLE/no']);
    expect(await network.until(drained)).toEqual(COMPLETE);
    expect([...orders.placed]).toEqual([[1, 1]]);
    expect(server.stats().dropped.draining).toBe(1);
  });

  test('has drained at once if nothing runs, and goes on refusing', async () => {
    const { network, server, client } = pair();
    expect(await network.until(outcomeOf(client.place(1, 0)))).toBe(1);
    expect(await network.until(server.drain())).toEqual(COMPLETE);
    expect(network.clock.now).toBeLessThan(50);
    await network.advance(60_000);
    expect(await network.until(outcomeOf(client.place(2, 0)))).toBe('UNAVAILABLE/no');
  });

  test('answers a copy of a call that ran from memory, for a refusal would say that it did not run', async () => {
    const { network, server, orders, client } = pair();
    const call = outcomeOf(client.place(1, 50));
    await network.advance(54);
    network.change({ loss: 1 });
    // Its reply is lost, and what it sends again for a while.
    await network.advance(40);
    const drained = server.drain();
    await network.advance(200);
    network.change({ loss: 0 });
    expect(await network.until(call)).toBe(1);
    expect(await network.until(drained)).toEqual(COMPLETE);
    expect(orders.placed.get(1)).toBe(1);
  });

  test('answers copies also of calls that are sent again before it says anything more', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { network, server, orders, client } = pair({ seed });
      // The caller has been heard before, and waits for no acknowledgement of its last answer.
      await network.until(outcomeOf(client.place(0, 0)));
      await network.advance(100);
      const call = outcomeOf(client.place(1, 0));
      // What the server says is lost, until the caller has sent the call again.
      let copies = 0;
      network.tap = (_datagram, _to, from) => {
        if (from.port === 1 && copies < 2) network.dropNext();
        else copies += 1;
      };
      await network.advance(6 + seed * 2);
      const drained = server.drain();
      expect(await network.until(call)).toBe(1);
      expect(await network.until(drained)).toEqual(COMPLETE);
      expect(orders.placed.get(1)).toBe(1);
    }
  });

  test('waits until replies have arrived: closed then, it leaves no caller of what ran in doubt', async () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { network, server, orders, client } = pair({ seed, loss: 0.3, duplication: 0.1, reordering: 0.2 });
      const calls = Array.from({ length: 20 }, (_, id) => outcomeOf(client.place(id, 20)));
      await network.advance(seed * 2);
      const closed = server.drain().then(async (report) => {
        await server.close();
        return report;
      });
      const outcomes = await network.until(Promise.all(calls));
      expect(await network.until(closed)).toEqual(COMPLETE);
      for (const [id, outcome] of outcomes.entries()) {
        // One that never arrived was not heard of to be refused.
        const expected = orders.placed.has(id) ? /^1 run, \d+$/ : /^0 run, (UNAVAILABLE.no|[A-Z_]+.unknown)$/;
        expect(`${orders.placed.get(id) ?? 0} run, ${outcome}`).toMatch(expected);
      }
    }
  });

  test('refuses a call that has not arrived whole, at once, and runs nothing of it', async () => {
    const { network, server, orders, client } = pair({ bytesPerSecond: 100_000 });
    const upload = outcomeOf(client.upload(1, new Uint8Array(300_000)));
    await network.advance(1000);
    const drained = server.drain();
    // Not when the next part comes: there may be none.
    expect(server.stats().dropped.draining).toBe(1);
    expect(await network.until(upload)).toBe('UNAVAILABLE/no');
    expect(network.clock.now).toBeLessThan(1500);
    expect(await network.until(drained)).toEqual(COMPLETE);
    expect(orders.placed.size).toBe(0);
  });

  test('refuses a call in parts that begins later with its first part', async () => {
    const { network, server, client } = pair({ bytesPerSecond: 100_000 });
    void server.drain();
    expect(await network.until(outcomeOf(client.upload(1, new Uint8Array(300_000))))).toBe('UNAVAILABLE/no');
    expect(network.clock.now).toBeLessThan(500);
  });

  test('answers a call in parts that ran before, though parts of it come again', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { network, server, orders, client } = pair({ seed, loss: 0.2, duplication: 0.3 });
      const upload = outcomeOf(client.upload(1, new Uint8Array(20_000)));
      while (orders.placed.size === 0) await network.advance(1);
      const drained = server.drain();
      expect(await network.until(upload)).toBe(20_000);
      expect(await network.until(drained)).toEqual(COMPLETE);
      expect(orders.placed.get(1)).toBe(1);
    }
  });

  test('lets a stream go on to its end', async () => {
    const { network, server, client } = pair();
    const values: number[] = [];
    const read = (async () => {
      for await (const value of client.follow(20, 100)) values.push(value);
    })();
    await network.advance(350);
    expect(await network.until(server.drain())).toEqual(COMPLETE);
    await network.until(read);
    expect(values).toHaveLength(20);
  });

  test('ends a stream that goes on when the time is over', async () => {
    const { network, server, client } = pair();
    const values: number[] = [];
    const read = (async () => {
      for await (const value of client.follow(1e6, 100)) values.push(value);
    })();
    const outcome = outcomeOf(read);
    await network.advance(350);
    const report = await network.until(server.drain({ timeoutMs: 1000 }));
    expect(report).toEqual({ complete: false, runningHandlers: 0, endedStreams: 1, unacknowledgedReplies: 0 });
    expect(await network.until(outcome)).toBe('UNAVAILABLE/yes');
    expect(values).toHaveLength(14);
  });

  test('refuses a stream that begins later', async () => {
    const { network, server, client } = pair();
    void server.drain();
    const read = (async () => {
      for await (const value of client.follow(3, 1)) expect(value).toBe(0);
    })();
    expect(await network.until(outcomeOf(read))).toBe('UNAVAILABLE/no');
  });

  test('tells which handlers still run when the time is over, and lets them finish until it closes', async () => {
    const { network, server, client } = pair();
    const call = outcomeOf(client.place(1, 2000));
    await network.advance(20);
    const report = await network.until(server.drain({ timeoutMs: 500 }));
    expect(report).toEqual({ complete: false, runningHandlers: 1, endedStreams: 0, unacknowledgedReplies: 0 });
    const closed = server.close({ graceMs: 3000 });
    expect(await network.until(call)).toBe(1);
    await network.until(closed);
  });

  test('gives up after DRAIN_TIMEOUT_MS_DEFAULT if it is told no time', async () => {
    const { network, server, client } = pair();
    void outcomeOf(withOptions(client, { timeoutMs: 100_000 }).place(1, 90_000));
    await network.advance(20);
    const startedAt = network.clock.now;
    expect(await network.until(server.drain())).toMatchObject({ complete: false, runningHandlers: 1 });
    expect(network.clock.now - startedAt).toBeCloseTo(DRAIN_TIMEOUT_MS_DEFAULT, 3);
  });

  test('does not wait for a caller that has gone longer than it may take', async () => {
    const { network, server, caller, client } = pair();
    void client.place(1, 100);
    await network.advance(50);
    const drained = server.drain({ timeoutMs: 1000 });
    caller.crash();
    expect(await network.until(drained)).toMatchObject({ complete: false, unacknowledgedReplies: 1 });
  });

  test('is not held up by a caller that tries again and again', async () => {
    const { network, server, client } = pair();
    let tries = 0;
    const loop = async (): Promise<void> => {
      for (; tries < 10_000; tries += 1) await outcomeOf(client.place(tries, 0));
    };
    const loops = Promise.all([loop(), loop(), loop()]);
    await network.advance(100);
    const before = tries;
    expect(await network.until(server.drain())).toEqual(COMPLETE);
    expect(tries - before).toBeLessThan(30);
    expect(network.clock.now).toBeLessThan(200);
    tries = 10_000;
    await network.until(loops);
  });

  test('lets its handlers call others, also back', async () => {
    const { network, server, caller, client } = pair();
    caller.serve(Desk, { confirmed: (id: number) => `confirmed ${id}` });
    const call = outcomeOf(client.confirm(7));
    await network.advance(20);
    const drained = server.drain();
    expect(await network.until(call)).toBe('confirmed 7');
    expect(await network.until(drained)).toEqual(COMPLETE);
  });

  test('serves what cannot be refused: calls that want no answer', async () => {
    const { network, server, orders, client } = pair();
    await network.until(server.drain());
    await network.until(client.note(1));
    await network.advance(50);
    expect(orders.placed.get(1)).toBe(1);
  });

  test('serves what cannot be refused: calls on the rpcudp wire', async () => {
    const wires = ['rpcudp'] as const;
    const { network, server, client } = pair({}, { server: { wires }, caller: { wires } });
    await network.until(server.drain());
    expect(await network.until(outcomeOf(client.place(1, 0)))).toBe(1);
  });

  test('drains once, whoever asks how often, and is over when it closes', async () => {
    const { network, server, client } = pair();
    void outcomeOf(client.place(1, 5000));
    await network.advance(20);
    const reports = [server.drain(), server.drain({ timeoutMs: 1 })];
    await network.advance(100);
    const closed = server.close({ graceMs: 0 });
    const left = { complete: false, runningHandlers: 1, endedStreams: 0, unacknowledgedReplies: 0 };
    expect(await network.until(Promise.all(reports))).toEqual([left, left]);
    await network.until(closed);
    expect(await server.drain()).toEqual(left);
  });

  test('can be asked to after it has closed', async () => {
    const { network, server } = pair();
    await network.until(server.close());
    expect(await server.drain()).toEqual(COMPLETE);
  });

  test.each([-1, NaN, '5s'])('does not take %p for a time', async (timeoutMs) => {
    const { server } = pair();
    await expect(server.drain({ timeoutMs: timeoutMs as number })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('hears nothing of replies that were given up with their callers', async () => {
    const { network, server, client } = pair();
    const abort = new AbortController();
    void outcomeOf(withOptions(client, { signal: abort.signal }).place(1, 5000));
    await network.advance(20);
    const drained = server.drain();
    abort.abort();
    expect(await network.until(drained)).toEqual(COMPLETE);
    expect(network.clock.now).toBeLessThan(100);
  });
});
