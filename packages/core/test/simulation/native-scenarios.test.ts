import { createClient, withOptions } from '@rpcudp/client';
import { defineService, rpcContext, type RpcError } from '../../src/index';
import { OVERLOAD_RETRY_MS } from '../../src/native-limits';
import { outcomeOf, silent } from './fixtures';
import { WorkshopContract, expectNothingLeftLater, nativePair, type NativePair } from './native-pair';
import { TrafficWatch } from './native-traffic';

/** The error a call ends with. */
async function errorOf(pair: NativePair, call: PromiseLike<unknown>): Promise<RpcError> {
  return pair.network.until(
    Promise.resolve(call).then(
      () => {
        throw new Error('The call did not fail.');
      },
      (error: unknown) => error as RpcError,
    ),
  );
}

/** Makes `count` calls, `inFlight` at once; gives how many were answered rightly. */
async function manyCalls({ network, client }: NativePair, count: number, inFlight: number): Promise<number> {
  let [next, answered] = [0, 0];
  const caller = async (): Promise<void> => {
    while (next < count) {
      const a = (next += 1);
      const reply = await client.add(a, 1);
      if (reply.received && reply.value === a + 1) answered += 1;
    }
  };
  await network.until(Promise.all(Array.from({ length: inFlight }, caller)));
  return answered;
}

describe('on a network that loses, repeats and reorders', () => {
  test('of 10,000 calls, 64 at once, at least 99.9 % are answered and none runs twice', async () => {
    const bad = { seed: 1, latencyMs: 25, loss: 0.3, duplication: 0.1, reordering: 0.1 };
    const pair = nativePair(bad);
    const answered = await manyCalls(pair, 10_000, 64);
    expect(answered).toBeGreaterThanOrEqual(9_990);
    expect(Math.max(...pair.log.runs.values())).toBe(1);
    await expectNothingLeftLater(pair);
  });

  test('and on one that loses nothing, nothing is sent again', async () => {
    const pair = nativePair({ latencyMs: 25 });
    const traffic = new TrafficWatch(true);
    pair.network.tap = (datagram, to, from) => traffic.saw(datagram, to, from);
    expect(await manyCalls(pair, 2_000, 64)).toBe(2_000);
    expect(traffic.repeatedFrames).toBe(0);
    await expectNothingLeftLater(pair);
  });

  test('a datagram that is lost costs a retransmission, not the call', async () => {
    const pair = nativePair({ latencyMs: 25 });
    await pair.network.until(pair.client.add(1, 1));
    pair.network.dropNext();
    expect(await pair.network.until(pair.client.add(2, 2))).toEqual({ received: true, value: 4 });
    expect(pair.log.runs.get('2')).toBe(1);
    expect(pair.network.clock.now).toBeLessThan(1000);
  });

  test('a reply that is lost is sent again from memory, and the method runs once', async () => {
    const pair = nativePair({ latencyMs: 25 });
    await pair.network.until(pair.client.add(1, 1));
    const call = pair.client.add(2, 2);
    await pair.network.advance(20);
    pair.network.dropNext();
    expect(await pair.network.until(call)).toEqual({ received: true, value: 4 });
    expect(pair.log.runs.get('2')).toBe(1);
  });
});

describe('a server that is restarted', () => {
  async function restartedInDoubt(method: 'add' | 'addAgain'): Promise<{ pair: NativePair; outcome: unknown }> {
    const pair = nativePair({ latencyMs: 5 });
    await pair.network.until(pair.client.add(1, 1));
    const call = pair.client[method](2, 2);
    call.then(undefined, () => undefined);
    // It runs there, and the reply dies with the process.
    await pair.network.advance(4);
    pair.network.dropNext();
    await pair.restartServer();
    const outcome = await pair.network.until(
      call.then(
        (reply) => reply,
        (error: unknown) => error,
      ),
    );
    return { pair, outcome };
  }

  test('ends calls that may have run as unknown at the first retransmission, long before their deadline', async () => {
    const { pair, outcome } = await restartedInDoubt('add');
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', executed: 'unknown' });
    expect(pair.network.clock.now).toBeLessThan(1000);
    expect(pair.log.runs.get('2') ?? 0).toBeLessThanOrEqual(1);
  });

  test('answers idempotent calls, and the caller notices nothing', async () => {
    const { pair, outcome } = await restartedInDoubt('addAgain');
    expect(outcome).toEqual({ received: true, value: 4 });
    expect(pair.network.clock.now).toBeLessThan(1000);
  });

  test('answers later calls of the same client', async () => {
    const { pair } = await restartedInDoubt('add');
    expect(await pair.network.until(pair.client.add(3, 3))).toEqual({ received: true, value: 6 });
    await expectNothingLeftLater(pair);
  });

  test('refuses what was meant for the process before it, also if nothing of that had arrived', async () => {
    const pair = nativePair({ latencyMs: 5 });
    pair.network.dropNext();
    const call = pair.client.add(1, 1);
    call.then(undefined, () => undefined);
    await pair.network.advance(10);
    await pair.restartServer();
    expect(await errorOf(pair, call)).toMatchObject({ code: 'UNAVAILABLE', executed: 'unknown' });
    expect(pair.log.runs.get('1')).toBeUndefined();
  });

  test('properly tells its callers, whose next call opens a new association', async () => {
    const pair = nativePair({ latencyMs: 5 });
    await pair.network.until(pair.client.add(1, 1));
    const call = pair.client.never();
    const error = errorOf(pair, call);
    await pair.network.advance(20);
    await pair.network.until(pair.server.close({ graceMs: 10 }));
    expect(await error).toMatchObject({ executed: 'unknown' });
    await pair.restartServer();
    expect(await pair.network.until(pair.client.add(3, 3))).toEqual({ received: true, value: 6 });
  });
});

describe('the network', () => {
  test('may be cut and healed: calls made meanwhile are answered afterwards', async () => {
    const pair = nativePair({ latencyMs: 10 });
    await pair.network.until(pair.client.add(1, 1));
    pair.network.disconnect(pair.server);
    const call = pair.client.add(2, 2);
    await pair.network.advance(1500);
    pair.network.connect(pair.server);
    expect(await pair.network.until(call)).toEqual({ received: true, value: 4 });
    pair.network.disconnect(pair.server);
    expect(await pair.network.until(pair.client.add(3, 3))).toEqual({ received: false });
  });

  test('may swallow datagrams above 1,200 bytes: none is larger', async () => {
    const pair = nativePair({ datagramBytesMax: 1200 });
    const bytes = new Uint8Array(20_000).map((_, index) => index);
    const reply = await pair.network.until(pair.client.echo(bytes));
    expect(reply).toEqual({ received: true, value: bytes });
  });

  test('may carry only 1 Mbit/s: half a megabyte arrives intact, at the rate that there is', async () => {
    const pair = nativePair({ latencyMs: 10, bytesPerSecond: 125_000, queueBytesMax: 30_000 });
    const bytes = new Uint8Array(500_000).map((_, index) => index * 13);
    const client = withOptions(pair.client, { timeoutMs: 60_000 });
    const reply = await pair.network.until(client.echo(bytes));
    expect(reply.received && Buffer.compare(reply.value, bytes)).toBe(0);
    // Eight seconds both ways if every byte counts; retransmissions may not double that.
    expect(pair.network.clock.now).toBeLessThan(16_000);
    await expectNothingLeftLater(pair);
  });

  test('may give the caller another address amid its calls', async () => {
    const pair = nativePair({ latencyMs: 20 });
    await pair.network.until(pair.client.add(1, 1));
    const before = pair.client.add(2, 2);
    await pair.network.advance(10);
    pair.caller.moveTo({ host: '10.9.9.9', port: 99 });
    expect(await pair.network.until(pair.client.add(3, 3))).toEqual({ received: true, value: 6 });
    expect(await pair.network.until(before)).toEqual({ received: true, value: 4 });
    expect([...pair.log.runs.values()]).toEqual([1, 1, 1]);
    await expectNothingLeftLater(pair);
  });
});

describe('a call', () => {
  test('that is cancelled aborts the handler on the other side', async () => {
    const pair = nativePair();
    const abort = new AbortController();
    const call = withOptions(pair.client, { signal: abort.signal }).never();
    const error = errorOf(pair, call);
    await pair.network.advance(5);
    const { signal } = pair.log.contexts[0]!;
    expect(signal.aborted).toBe(false);
    abort.abort();
    await pair.network.advance(5);
    expect(signal.aborted).toBe(true);
    expect(await error).toMatchObject({ code: 'CANCELLED', executed: 'unknown' });
    expect(pair.server.stats().runningHandlers).toBe(0);
  });

  test('that outlives its deadline aborts the handler too', async () => {
    const pair = nativePair();
    const reply = await pair.network.until(withOptions(pair.client, { timeoutMs: 300 }).never());
    expect(reply).toEqual({ received: false });
    await pair.network.advance(5);
    expect(pair.log.contexts[0]!.signal.aborted).toBe(true);
    await expectNothingLeftLater(pair);
  });

  test('made inside a handler waits no longer than the handler itself is waited for', async () => {
    const pair = nativePair();
    const Relay = defineService<{ ask(): Promise<boolean> }>('Relay', { ask: {} });
    const relay = pair.network.bind({ host: '10.0.0.3', port: 3, logger: silent });
    const deeper = createClient(WorkshopContract, relay.peer(pair.server.address));
    let tookMs = Infinity;
    relay.serve(Relay, {
      ask: async () => {
        const began = pair.network.clock.now;
        const { received } = await deeper.never();
        tookMs = pair.network.clock.now - began;
        return received;
      },
    });
    const client = createClient(Relay, pair.caller.peer(relay.address, { timeoutMs: 200 }));
    expect(await pair.network.until(client.ask())).toEqual({ received: false });
    await pair.network.advance(50);
    expect(tookMs).toBeLessThanOrEqual(205);
  });

  test('carries its metadata to the handler', async () => {
    const pair = nativePair();
    const client = withOptions(pair.client, { metadata: { tenant: 'acme' } });
    expect(await pair.network.until(client.tenant())).toEqual({ received: true, value: 'acme' });
    expect(await pair.network.until(pair.client.tenant())).toEqual({ received: true, value: 'nobody' });
  });

  test('that wants no answer ends when it has arrived, and best effort when it was sent', async () => {
    const pair = nativePair({ latencyMs: 10 });
    pair.network.dropNext();
    expect(await pair.network.until(pair.client.note('kept'))).toEqual({ received: true, value: undefined });
    pair.network.dropNext();
    expect(await pair.network.until(pair.client.glimpse('lost'))).toEqual({ received: false });
    expect(await pair.network.until(pair.client.glimpse('seen'))).toEqual({ received: false });
    await pair.network.advance(100);
    expect(pair.log.words).toEqual(['kept', 'seen']);
    await expectNothingLeftLater(pair);
  });
});

describe('a "no" arrives as itself:', () => {
  test('a method that nobody serves', async () => {
    const pair = nativePair();
    const Other = defineService<{ open(): void }>('Other', { open: {} });
    const call = createClient(Other, pair.caller.peer(pair.server.address)).open();
    expect(await errorOf(pair, call)).toMatchObject({ code: 'UNIMPLEMENTED', executed: 'no', origin: 'remote' });
  });

  test('arguments that a schema refuses', async () => {
    const pair = nativePair();
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'not a word' }] }) },
    } as const;
    const Door = defineService<{ open(word: string): void }>('Door', { open: { args: schema } });
    let opened = 0;
    pair.server.serve(Door, { open: () => void (opened += 1) });
    const call = createClient(Door, pair.caller.peer(pair.server.address)).open('sesame');
    const error = await errorOf(pair, call);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no', origin: 'remote' });
    expect(error.message).toContain('not a word');
    expect(opened).toBe(0);
  });

  test('a handler that failed, without its text', async () => {
    const pair = nativePair();
    const error = await errorOf(pair, pair.client.throwText());
    expect(error).toMatchObject({ code: 'INTERNAL', executed: 'yes', origin: 'remote' });
    expect(error.message).not.toContain('secret');
  });

  test('an RpcError, with its message and details', async () => {
    const pair = nativePair();
    const error = await errorOf(pair, pair.client.refuse());
    expect(error).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: 'Not you.',
      details: { door: 3 },
      executed: 'yes',
      origin: 'remote',
    });
  });

  test('an overload', async () => {
    const pair = nativePair({}, { maxRunning: 1 });
    const first = outcomeOf(pair.client.never());
    await pair.network.advance(5);
    expect(await errorOf(pair, pair.client.add(1, 1))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
      message: expect.stringContaining('no room for another call') as string,
      details: { retryAfterMs: OVERLOAD_RETRY_MS },
    });
    expect(pair.server.stats().dropped.overload).toBe(1);
    expect(pair.log.runs.size).toBe(0);
    expect(await pair.network.until(first)).toBe('silence');
  });
});

test('one socket speaks both wires, each caller its own', async () => {
  const pair = nativePair({}, { wires: ['native', 'rpcudp'] });
  const Sender = defineService<{ wires(): string }>('Sender', { wires: {} });
  pair.server.serve(Sender, { wires: () => (rpcContext().deadline === undefined ? 'rpcudp' : 'native') });
  const caller = pair.network.bind({ host: '10.0.0.4', port: 4, wires: ['native', 'rpcudp'], logger: silent });
  const said: unknown[] = [];
  for (const wire of ['native', 'rpcudp'] as const) {
    const client = createClient(Sender, caller.peer(pair.server.address, { wire }));
    said.push(await pair.network.until(client.wires().orThrow()));
  }
  expect(said).toEqual(['native', 'rpcudp']);
});
