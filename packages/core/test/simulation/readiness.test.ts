import { createClient, withOptions } from '@rpcudp/client';
import { RpcError, defineService, rpcContext, type Address, type RpcErrorCode, type RpcPeer } from '../../src/index';
import type { SimulatedEndpoint } from '../../src/testing';
import { NAME_RETRY_JITTER, NAME_RETRY_MS_FIRST, NAME_RETRY_MS_MAX } from '../../src/limits';
import { silent, simulatedPair } from './fixtures';
import { Greeter, SERVER, early, fateOf } from './late-server';

describe('a call that waits for its peer', () => {
  test('leaves at once where the peer has answered before', async () => {
    const { network, caller, bindServer } = early({ latencyMs: 50 });
    bindServer();
    const client = createClient(Greeter, caller.peer(SERVER));
    await network.until(client.greet('first'));
    const began = network.clock.now;
    expect(await network.until(withOptions(client, { waitForReady: true }).greet('second'))).toMatchObject({
      received: true,
    });
    expect(network.clock.now - began).toBeCloseTo(100, 3);
  });

  test('can be cancelled, and has not run then', async () => {
    const { network, caller, bindServer } = early();
    const abort = new AbortController();
    const client = createClient(Greeter, caller.peer(SERVER), { waitForReady: true, signal: abort.signal });
    const call = fateOf(client.greet('nobody'));
    await network.advance(2000);
    abort.abort();
    const runs: string[] = [];
    bindServer(runs);
    expect(await network.until(call)).toBe('CANCELLED/no');
    await network.advance(10_000);
    expect(runs).toEqual([]);
  });

  test('has not run if its endpoint is closed meanwhile', async () => {
    const { network, caller } = early();
    const call = fateOf(createClient(Greeter, caller.peer(SERVER, { waitForReady: true })).greet('nobody'));
    await network.advance(2000);
    await network.until(caller.close());
    expect(await network.until(call)).toBe('CLOSED/no');
    await network.advance(10);
    expect(network.clock.scheduled).toBe(0);
  });

  test('that may have run in a process before does not claim that it did not', async () => {
    const { network, caller, bindServer } = early();
    const server = bindServer();
    const client = createClient(Greeter, caller.peer(SERVER, { waitForReady: true, timeoutMs: 10_000 }));
    await network.until(client.greet('first'));
    // It leaves, for the peer has answered before; the process after that one resets it and goes, too.
    server.crash();
    const call = client.again('second');
    await network.advance(1);
    const next = network.bind({ ...SERVER, logger: silent });
    network.tap = (_datagram, _to, from) => {
      if (from.host === SERVER.host) next.crash();
    };
    expect(await network.until(call)).toEqual({ received: false });
    await expect(network.until(call.orThrow())).rejects.toMatchObject({ executed: 'unknown' });
  });
});

describe('ready()', () => {
  test('is true when the peer answers, and runs nothing', async () => {
    const { network, caller, bindServer } = early();
    const server = bindServer();
    expect(await network.until(caller.peer(SERVER).ready())).toBe(true);
    expect(server.stats().requests.received).toBe(0);
  });

  test('is false when the time is over: that of the call, else of the channel, else of the endpoint', async () => {
    const { network, caller } = early();
    const took = async (ready: Promise<boolean>): Promise<unknown[]> => {
      const began = network.clock.now;
      return [await network.until(ready), Math.round(network.clock.now - began)];
    };
    expect(await took(caller.peer(SERVER, { timeoutMs: 70 }).ready({ timeoutMs: 60 }))).toEqual([false, 60]);
    expect(await took(caller.peer(SERVER, { timeoutMs: 70 }).ready())).toEqual([false, 70]);
    expect(await took(caller.peer(SERVER).ready())).toEqual([false, 5000]);
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { started: 3, silent: 3 } });
  });

  test('asks anew each time: a peer that has gone is not there', async () => {
    const { network, caller, bindServer } = early();
    const peer = caller.peer(SERVER);
    const server = bindServer();
    expect(await network.until(peer.ready())).toBe(true);
    server.crash();
    expect(await network.until(peer.ready())).toBe(false);
    bindServer();
    expect(await network.until(peer.ready())).toBe(true);
  });

  test.each([
    ['cancelled', 'CANCELLED/no', (abort: AbortController) => abort.abort()],
    ['closed', 'CLOSED/no', (_abort: AbortController, caller: SimulatedEndpoint) => void caller.close()],
  ])('rejects when it is %s', async (_word, fate, end) => {
    const { network, caller } = early();
    const abort = new AbortController();
    const ready = caller.peer(SERVER).ready({ signal: abort.signal });
    const outcome = fateOf(ready.then((value) => ({ received: true, value })));
    await network.advance(100);
    end(abort, caller);
    expect(await network.until(outcome)).toBe(fate);
  });

  test('answers a handler that asks back', async () => {
    const Asked = defineService<{ ask(): Promise<boolean> }>('Asked', { ask: {} });
    const { network, caller, bindServer } = early();
    bindServer().serve(Asked, { ask: () => rpcContext().peer.ready() });
    expect(await network.until(createClient(Asked, caller.peer(SERVER)).ask())).toEqual({
      received: true,
      value: true,
    });
  });
});

describe('on a wire that cannot ask', () => {
  const refused = {
    code: 'FAILED_PRECONDITION',
    executed: 'no',
    message:
      'The rpcudp wire cannot ask whether a peer is there, so no call can wait for that. Leave waitForReady out there, and ' +
      'call a method of the peer instead of ready().',
  };

  test('a call that would wait is refused, and so are ready() and such a channel', async () => {
    const { client, channel, caller, server } = simulatedPair();
    await expect(withOptions(client, { waitForReady: true }).add(1, 2)).rejects.toMatchObject(refused);
    await expect(channel.ready()).rejects.toMatchObject(refused);
    expect(() => caller.peer(server.address, { waitForReady: true })).toThrow(expect.objectContaining(refused));
    expect(caller.stats()).toMatchObject({ calls: { started: 0 }, datagrams: { sent: 0 } });
  });

  test('a call that does not wait goes out, whatever words say so', async () => {
    const { network, client } = simulatedPair();
    expect(await network.until(withOptions(client, { waitForReady: false }).add(1, 2))).toEqual({
      received: true,
      value: 3,
    });
  });
});

describe('a peer whose name cannot be resolved yet', () => {
  /** A channel to a name that becomes an address at its lookup number `found`, and when it was looked up. */
  function named({ network, caller }: ReturnType<typeof early>, found: number, code: RpcErrorCode = 'UNAVAILABLE') {
    const lookups: number[] = [];
    const resolve = (): Promise<Address> => {
      const number = lookups.push(network.clock.now);
      return number >= found ? Promise.resolve(SERVER) : Promise.reject(new RpcError(code, 'No such name.'));
    };
    // The simulator takes addresses alone; a name is what a channel may have.
    const { driver } = caller as unknown as { driver: { channel(to: object, options: object): RpcPeer } };
    return {
      lookups,
      channel: driver.channel({ label: 'server:1', resolve }, { waitForReady: true, timeoutMs: 30_000 }),
    };
  }

  test('is looked up again while calls wait for it, ever more rarely, once for all of them', async () => {
    const setting = early();
    const { channel, lookups } = named(setting, 9);
    setting.bindServer();
    const client = createClient(Greeter, channel);
    const calls = ['a', 'b', 'c'].map((name) => client.greet(name));
    expect(await setting.network.until(Promise.all(calls))).toMatchObject([
      { received: true },
      { received: true },
      { received: true },
    ]);
    const pauses = lookups.slice(1).map((at, index) => at - lookups[index]!);
    const longest = [100, 200, 400, 800, 1600, NAME_RETRY_MS_MAX, NAME_RETRY_MS_MAX, NAME_RETRY_MS_MAX];
    expect(pauses).toHaveLength(8);
    pauses.forEach((pause, index) => {
      expect(pause).toBeLessThanOrEqual(longest[index]! + 0.001);
      expect(pause).toBeGreaterThanOrEqual(longest[index]! * (1 - NAME_RETRY_JITTER) - 0.001);
    });
    expect(longest[0]).toBe(NAME_RETRY_MS_FIRST);
    // Chance is in each pause.
    expect(new Set(pauses.slice(-3).map((pause) => pause.toFixed(3))).size).toBe(3);
  });

  test('is silence at the deadline, with the reason, and looked up no more', async () => {
    const setting = early();
    const { channel, lookups } = named(setting, Infinity);
    const call = withOptions(createClient(Greeter, channel), { timeoutMs: 1000 }).greet('nobody');
    expect(await setting.network.until(call)).toEqual({ received: false });
    await expect(setting.network.until(call.orThrow())).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'no',
      message: 'No response within 1000 ms from Greeter.greet at server:1. No such name.',
      cause: { code: 'UNAVAILABLE' },
    });
    const before = lookups.length;
    await setting.network.advance(60_000);
    expect([before > 2, lookups.length]).toEqual([true, before]);
    expect(setting.network.clock.scheduled).toBe(0);
  });

  test('ends calls that do not wait at the first failure, and only those', async () => {
    const setting = early();
    setting.bindServer();
    const { channel } = named(setting, 3);
    const client = createClient(Greeter, channel);
    const patient = client.greet('patient');
    const hasty = fateOf(withOptions(client, { waitForReady: false }).greet('hasty'));
    expect(await setting.network.until(hasty)).toBe('UNAVAILABLE/no');
    expect(await setting.network.until(patient)).toMatchObject({ received: true });
  });

  test('ends calls for which no waiting helps', async () => {
    const setting = early();
    const { channel, lookups } = named(setting, 3, 'INVALID_ARGUMENT');
    expect(await setting.network.until(fateOf(createClient(Greeter, channel).greet('x')))).toBe('INVALID_ARGUMENT/no');
    expect(lookups).toHaveLength(1);
  });

  test('is forgotten when the endpoint closes', async () => {
    const setting = early();
    const { channel } = named(setting, Infinity);
    const ready = fateOf(channel.ready().then((value) => ({ received: true, value })));
    await setting.network.advance(500);
    await setting.network.until(setting.caller.close());
    expect(await setting.network.until(ready)).toBe('CLOSED/no');
    expect(setting.network.clock.scheduled).toBe(0);
  });

  test('is looked up by ready(), too', async () => {
    const setting = early();
    const { channel } = named(setting, 4);
    setting.bindServer();
    expect(await setting.network.until(channel.ready())).toBe(true);
  });
});
