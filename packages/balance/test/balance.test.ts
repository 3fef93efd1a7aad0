import { RpcError, rpcContext } from '@rpcudp/core';
import { createClient, withOptions } from '@rpcudp/client';
import type { Discovery, Target } from '../src/index';
import { balance, list, rendezvous, roundRobin } from '../src/index';
import {
  HEDGE_ATTEMPTS_DEFAULT,
  HEDGE_ATTEMPTS_MAX,
  PROBE_MS,
  QUIET_MS,
  TARGETS_PER_CALL_MAX,
  TIMEOUT_MS_DEFAULT,
  UNSENT_BEHIND_CALLS,
  WAITING_CALLS_MAX,
  WAIT_FOR_READY_MS,
} from '../src/limits';
import { Cluster, FULL, LEAVES, Shop, ShopContract } from './cluster';

/** A discovery that a test tells what to find. */
class Told implements Discovery {
  readonly label = 'told';
  readonly #waiting: (() => void)[] = [];
  readonly #found: (readonly Target[] | Error)[] = [];
  watches = 0;

  find(...addresses: string[]): void {
    this.#push(addresses.map((address) => ({ address })));
  }

  fail(message: string): void {
    this.#push(new Error(message));
  }

  async *watch(signal: AbortSignal): AsyncGenerator<readonly Target[]> {
    this.watches += 1;
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const found = this.#found.shift();
      if (found instanceof Error) throw found;
      if (found !== undefined) yield found;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #push(found: readonly Target[] | Error): void {
    this.#found.push(found);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe('a call that a target has not run', () => {
  test.each([LEAVES, FULL])('goes to the next one, though its method may run once: $code', async (refusal) => {
    const cluster = new Cluster(3);
    cluster.servers[0]!.shop.refusal = refusal;
    cluster.servers[1]!.shop.refusal = refusal;
    const { shop, channel } = cluster.client({ policy: roundRobin() });

    for (let n = 0; n < 30; n += 1)
      expect(await cluster.network.until(shop.order(`o${n}`))).toEqual({ received: true, value: 's3' });
    expect(cluster.runs).toEqual([0, 0, 30]);
    expect(channel.stats()).toMatchObject({ calls: 30 });
    const [first] = channel.stats().targets;
    expect(first!.refusals).toBeGreaterThan(0);
    expect(first).toMatchObject({ failures: 0, answered: 0, pending: 0 });
  });

  test('is sent to each target once, and ends with what the last one said', async () => {
    const cluster = new Cluster(3);
    for (const { shop } of cluster.servers) shop.refusal = LEAVES;
    const { shop, channel } = cluster.client();

    await expect(cluster.network.until(shop.order('o'))).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    expect(channel.stats().targets.map(({ calls }) => calls)).toEqual([1, 1, 1]);
  });

  test('is sent to TARGETS_PER_CALL_MAX at most', async () => {
    const cluster = new Cluster(TARGETS_PER_CALL_MAX + 4);
    for (const { shop } of cluster.servers) shop.refusal = LEAVES;
    const { shop, channel } = cluster.client();

    await expect(cluster.network.until(shop.order('o'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(channel.stats().targets.reduce((sum, { calls }) => sum + calls, 0)).toBe(TARGETS_PER_CALL_MAX);
  });

  test('has no more time than it had', async () => {
    const cluster = new Cluster(3, { latencyMs: 60 });
    for (const { shop } of cluster.servers) shop.refusal = LEAVES;
    const { shop } = cluster.client({ timeoutMs: 300 });

    const began = cluster.network.clock.now;
    await expect(cluster.network.until(shop.order('o').orThrow())).rejects.toBeDefined();
    expect(cluster.network.clock.now - began).toBeLessThanOrEqual(301);
  });

  test('that all refuse does not multiply: targets that are avoided are asked by the budget alone', async () => {
    const cluster = new Cluster(5);
    for (const { shop } of cluster.servers) shop.refusal = FULL;
    const { shop, channel } = cluster.client();

    for (let n = 0; n < 100; n += 1) await cluster.network.until(shop.order(`o${n}`)).catch(() => undefined);
    const attempts = channel.stats().targets.reduce((sum, { calls }) => sum + calls, 0);
    expect(attempts).toBeLessThan(250);
  });

  test('goes nowhere else if it is this endpoint that has no room', async () => {
    const cluster = new Cluster(2);
    for (const { shop } of cluster.servers) shop.delayMs = 100;
    const small = cluster.network.bind({ host: '10.1.0.2', maxPending: 1 });
    const channel = balance(small, { targets: cluster.addresses, ports: cluster.ports });
    const shop = createClient(ShopContract, channel);

    const first = shop.order('a');
    await expect(cluster.network.until(shop.order('b'))).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
    });
    await cluster.network.until(first);
    expect(channel.stats().moved).toBe(0);
    expect(channel.stats().targets.every(({ state }) => state === 'ready')).toBe(true);
  });
});

test('calls that a silent target holds back unsent go to another one when it is found to be gone', async () => {
  const cluster = new Cluster(2);
  const [silent] = cluster.servers;
  cluster.network.disconnect(silent!.endpoint);
  const { shop, channel } = cluster.client({ policy: { pick: ([first]) => first! }, timeoutMs: 3_000 });
  const begun: Promise<{ readonly received: boolean }>[] = [];
  for (let n = 0; n < 20 * UNSENT_BEHIND_CALLS; n += 1) {
    // Each fills a packet.
    begun.push(Promise.resolve(shop.order(`o${n}`.padEnd(1_000))));
    await cluster.network.advance(0.5);
  }
  await cluster.network.advance(QUIET_MS);
  expect(await cluster.network.until(shop.order('last'))).toEqual({ received: true, value: 's2' });

  const replies = await cluster.network.until(Promise.all(begun));
  const answered = replies.filter(({ received }) => received).length;
  expect(answered).toBeGreaterThan(0);
  expect(cluster.runs).toEqual([0, answered + 1]);
  expect(channel.stats().moved).toBe(answered);
});

test('a target that was silent is asked whether it is there, for PROBE_MS, before it gets a call again', async () => {
  const cluster = new Cluster(2);
  const [silent] = cluster.servers;
  cluster.network.disconnect(silent!.endpoint);
  const { shop, channel } = cluster.client({ policy: { pick: ([first]) => first! }, timeoutMs: 100 });
  await cluster.network.until(shop.order('a'));
  for (let n = 0; n < 20; n += 1) {
    await cluster.network.advance(PROBE_MS / 2);
    expect(await cluster.network.until(shop.order(`b${n}`))).toEqual({ received: true, value: 's2' });
  }
  expect(channel.stats().targets[0]).toMatchObject({ calls: 1, silences: 1 });

  cluster.network.connect(silent!.endpoint);
  await cluster.network.advance(15_000);
  await cluster.network.until(shop.order('c'));
  await cluster.network.advance(100);
  expect(await cluster.network.until(shop.order('d'))).toEqual({ received: true, value: 's1' });
});

test('a target that is quiet for QUIET_MS while calls wait for it is asked, and gets no more until it shows that it is there', async () => {
  const cluster = new Cluster(2);
  const [quiet] = cluster.servers;
  quiet!.shop.delayMs = 10_000;
  const { shop, channel } = cluster.client({ policy: { pick: ([first]) => first! }, timeoutMs: 20_000 });
  void shop.order('long');
  await cluster.network.advance(QUIET_MS);
  expect(await cluster.network.until(shop.order('a'))).toEqual({ received: true, value: 's2' });
  await cluster.network.advance(50);
  quiet!.shop.delayMs = 0;
  expect(await cluster.network.until(shop.order('b'))).toEqual({ received: true, value: 's1' });
  expect(channel.stats().targets[0]).toMatchObject({ state: 'ready', failures: 0 });
});

describe('a call that may have run', () => {
  test('is not sent again if its method may run once: silence is silence', async () => {
    const cluster = new Cluster(3);
    for (const { endpoint } of cluster.servers.slice(0, 2)) cluster.network.disconnect(endpoint);
    const { shop } = cluster.client({ policy: roundRobin(), timeoutMs: 200, hedge: { afterMs: 20, attempts: 3 } });

    const replies = await cluster.network.until(Promise.all(['a', 'b', 'c'].map((id) => shop.order(id))));
    expect(replies.filter(({ received }) => received)).toHaveLength(1);
    expect(cluster.runs).toEqual([0, 0, 1]);
  });

  test('ends with what its handler said: no other target is asked', async () => {
    const cluster = new Cluster(3);
    for (const { shop } of cluster.servers) shop.failure = new RpcError('UNAVAILABLE', 'The database is gone.');
    const { shop, channel } = cluster.client();

    await expect(cluster.network.until(shop.order('o'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(cluster.runsOf('o')).toBe(1);
    expect(channel.stats()).toMatchObject({ moved: 0 });
  });

  test('goes to another target if it may run again, and then never says that nothing ran', async () => {
    const cluster = new Cluster(2);
    cluster.servers[0]!.shop.failure = new RpcError('UNAVAILABLE', 'The database is gone.');
    cluster.servers[1]!.shop.refusal = LEAVES;
    const { shop } = cluster.client({ policy: { pick: ([first]) => first! } });

    const error: unknown = await cluster.network.until(shop.look('o')).then(undefined, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('leaving') as string });
    expect((error as RpcError).executed).not.toBe('no');
  });
});

describe('hedging', () => {
  test('sends an idempotent call to another target when the first takes too long, and cancels the loser', async () => {
    const cluster = new Cluster(2);
    cluster.servers[0]!.shop.delayMs = 1_000;
    const { shop, channel } = cluster.client({ policy: { pick: ([first]) => first! }, hedge: { afterMs: 50 } });

    const began = cluster.network.clock.now;
    expect(await cluster.network.until(shop.look('o'))).toEqual({ received: true, value: 's2' });
    expect(cluster.network.clock.now - began).toBeLessThan(80);
    await cluster.network.advance(100);
    expect(cluster.servers[0]!.shop.aborted).toBe(1);
    expect(channel.stats()).toMatchObject({ hedged: 1, moved: 0 });
    expect(channel.stats().targets[0]).toMatchObject({
      overtaken: 1,
      pending: 0,
      state: expect.stringMatching(/avoided|trial/) as string,
    });
  });

  test.each([
    [undefined, HEDGE_ATTEMPTS_DEFAULT],
    [HEDGE_ATTEMPTS_MAX, HEDGE_ATTEMPTS_MAX],
  ])('makes HEDGE_ATTEMPTS_DEFAULT attempts, or as many as it is told: %p', async (attempts, made) => {
    const cluster = new Cluster(HEDGE_ATTEMPTS_MAX + 1);
    for (const { shop } of cluster.servers) shop.delayMs = 1_000;
    const { shop, channel } = cluster.client({ hedge: { afterMs: 10, ...(attempts !== undefined && { attempts }) } });

    await cluster.network.until(shop.look('o'));
    expect(cluster.runsOf('o')).toBe(made);
    expect(channel.stats().hedged).toBe(made - 1);
  });

  test('never sends a call that must run once', async () => {
    const cluster = new Cluster(2);
    for (const { shop } of cluster.servers) shop.delayMs = 500;
    const { shop } = cluster.client({ hedge: { afterMs: 50, attempts: 5 } });

    await cluster.network.until(shop.order('o'));
    expect(cluster.runsOf('o')).toBe(1);
  });

  test('stops when the budget is used up', async () => {
    const cluster = new Cluster(3);
    for (const { endpoint } of cluster.servers) cluster.network.disconnect(endpoint);
    const { shop, channel } = cluster.client({
      timeoutMs: 200,
      hedge: { afterMs: 50, attempts: 3 },
      budget: { maxTokens: 10 },
    });

    for (let n = 0; n < 50; n += 1) await cluster.network.until(shop.look(`o${n}`));
    const { hedged, withheld, tokens } = channel.stats();
    expect(tokens).toBeLessThanOrEqual(5);
    expect(withheld).toBeGreaterThan(30);
    expect(hedged).toBeLessThan(20);
  });

  test('ends with its signal, at all targets', async () => {
    const cluster = new Cluster(2);
    for (const { shop } of cluster.servers) shop.delayMs = Infinity;
    const { shop } = cluster.client({ hedge: { afterMs: 50 } });
    const abort = new AbortController();

    const call = withOptions(shop, { signal: abort.signal }).look('o');
    const rejected = call.then(undefined, (error: unknown) => error);
    await cluster.network.advance(100);
    abort.abort('enough');
    expect(await rejected).toMatchObject({ code: 'CANCELLED', executed: 'unknown', cause: 'enough' });
    await cluster.network.advance(100);
    expect(cluster.servers.map(({ shop: { aborted } }) => aborted)).toEqual([1, 1]);
  });
});

describe('targets that fail', () => {
  test('silence counts as a failure: a silent target gets a call now and then, until it answers', async () => {
    const cluster = new Cluster(3);
    const [silent] = cluster.servers;
    cluster.network.disconnect(silent!.endpoint);
    const { shop, channel } = cluster.client({ policy: roundRobin(), timeoutMs: 100 });
    const callFor = async (ms: number): Promise<void> => {
      for (const end = cluster.network.clock.now + ms; cluster.network.clock.now < end;) {
        void shop.order('o').then(undefined, () => undefined);
        await cluster.network.advance(10);
      }
    };

    await callFor(5_000);
    const [before] = channel.stats().targets;
    expect(before!.silences).toBeGreaterThan(2);
    expect(before!.calls).toBeLessThan(30);
    cluster.network.connect(silent!.endpoint);
    await callFor(20_000);
    expect(channel.stats().targets[0]).toMatchObject({ state: 'ready' });
    expect(channel.stats().targets[0]!.answered).toBeGreaterThan(300);
  });

  test('one that fails more often than the others is ejected, and comes back', async () => {
    const cluster = new Cluster(5);
    cluster.servers[0]!.shop.failure = new RpcError('INTERNAL', 'Broken.');
    const events: string[] = [];
    const { shop, channel } = cluster.client({
      policy: roundRobin(),
      onEvent: (event) => events.push('address' in event ? `${event.kind} ${event.address}` : event.kind),
      ejection: { intervalMs: 1_000, ejectionMs: 3_000, failurePercentage: { callsMin: 5 }, successRate: false },
    });
    const callFor = async (ms: number): Promise<void> => {
      for (const end = cluster.network.clock.now + ms; cluster.network.clock.now < end;) {
        await cluster.network.until(shop.order('o')).catch(() => undefined);
      }
    };

    await callFor(2_500);
    expect(channel.stats().targets[0]).toMatchObject({ ejected: true, state: 'ejected', ejections: 1 });
    const { calls } = channel.stats().targets[0]!;
    await callFor(1_000);
    expect(channel.stats().targets[0]!.calls).toBe(calls);
    cluster.servers[0]!.shop.failure = undefined;
    await callFor(4_000);
    expect(events).toEqual(['targets', 'ejected 10.0.0.1:1234', 'returned 10.0.0.1:1234']);
    expect(channel.stats().targets[0]!.answered).toBeGreaterThan(0);
  });
});

describe('streams', () => {
  test('stay with their target', async () => {
    const cluster = new Cluster(3);
    const { shop, channel } = cluster.client();
    const values: string[] = [];

    await cluster.network.until(
      (async () => {
        for await (const value of shop.watch('w')) values.push(value);
      })(),
    );
    expect(new Set(values.map((value) => value.split(' ')[0])).size).toBe(1);
    expect(values).toHaveLength(3);
    expect(channel.stats().targets.every(({ pending }) => pending === 0)).toBe(true);
  });

  test('go to another one if the first refuses them, and are left by break', async () => {
    const cluster = new Cluster(3);
    cluster.servers[0]!.shop.refusal = LEAVES;
    cluster.servers[1]!.shop.refusal = LEAVES;
    const { shop, channel } = cluster.client();

    const value = await cluster.network.until(
      (async () => {
        for await (const first of shop.watch('w')) return first;
        return undefined;
      })(),
    );
    expect(value).toBe('s3 0');
    expect(channel.stats().targets.map(({ pending }) => pending)).toEqual([0, 0, 0]);
    const twice = shop.watch('x');
    twice[Symbol.asyncIterator]();
    expect(() => twice[Symbol.asyncIterator]()).toThrow('read once');
  });

  test('that a caller sends go to one target, for what was sent is gone', async () => {
    const cluster = new Cluster(3);
    for (const { shop } of cluster.servers) shop.refusal = LEAVES;
    const { shop, channel } = cluster.client();
    await expect(cluster.network.until(shop.send('s', [1, 2, 3]))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(channel.stats().moved).toBe(0);

    for (const each of cluster.servers) each.shop.refusal = undefined;
    const reply = await cluster.network.until(shop.send('s', [1, 2, 3]));
    expect(reply).toMatchObject({ received: true, value: expect.stringMatching(/ 6$/) as string });
  });
});

describe('discovery', () => {
  test('calls made before the first answer wait for it', async () => {
    const cluster = new Cluster(1);
    const told = new Told();
    const { shop } = cluster.client({ targets: told });
    const call = shop.order('o');
    await cluster.network.advance(50);
    told.find(...cluster.addresses);
    expect(await cluster.network.until(call)).toEqual({ received: true, value: 's1' });
    expect(await cluster.network.until(shop.order('p'))).toMatchObject({ received: true });
  });

  test('without targets a call ends at once, unless it waits for one', async () => {
    const cluster = new Cluster(1);
    const told = new Told();
    const { shop, channel } = cluster.client({ targets: told });
    told.find();
    await cluster.network.advance(0);
    await expect(shop.order('o')).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });

    const patient = withOptions(shop, { waitForReady: true, timeoutMs: 1_000 });
    const call = patient.order('o');
    const late = patient.order('p').orThrow();
    const tooLate = withOptions(patient, { timeoutMs: 100 })
      .order('q')
      .orThrow()
      .catch((error: unknown) => error);
    await cluster.network.advance(500);
    expect(await tooLate).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'no' });
    expect(channel.stats().waiting).toBe(2);
    told.find(...cluster.addresses);
    expect(await cluster.network.until(call)).toEqual({ received: true, value: 's1' });
    expect(await cluster.network.until(late)).toBe('s1');
  });

  test('with waitForReady, a call that all refuse waits until one takes it', async () => {
    const cluster = new Cluster(2);
    for (const { shop } of cluster.servers) shop.refusal = LEAVES;
    const { shop } = cluster.client({ waitForReady: true, timeoutMs: 2_000 });
    const call = shop.order('o');
    await cluster.network.advance(700);
    cluster.servers[1]!.shop.refusal = undefined;
    const freeAt = cluster.network.clock.now;
    expect(await cluster.network.until(call)).toEqual({ received: true, value: 's2' });
    expect(cluster.network.clock.now - freeAt).toBeLessThan(3 * WAIT_FOR_READY_MS);
    expect(cluster.runsOf('o')).toBe(1);
  });

  test('without a target and without a time of its own, a call waits for TIMEOUT_MS_DEFAULT', async () => {
    const cluster = new Cluster(0);
    const { shop } = cluster.client({ targets: new Told() });
    expect(await cluster.network.until(shop.order('o'))).toEqual({ received: false });
    expect(cluster.network.clock.now).toBeCloseTo(TIMEOUT_MS_DEFAULT, 0);
  });

  test('a target that goes keeps its calls and gets no new ones', async () => {
    const cluster = new Cluster(2);
    const told = new Told();
    told.find(...cluster.addresses);
    const { shop, channel } = cluster.client({ targets: told, policy: { pick: ([first]) => first! } });
    cluster.servers[0]!.shop.delayMs = 300;
    const call = shop.order('o');
    await cluster.network.advance(50);
    told.find(cluster.addresses[1]!);
    await cluster.network.advance(1);
    expect(channel.stats().targets.map(({ address, state }) => [address, state])).toEqual([
      ['10.0.0.2:1234', 'ready'],
      ['10.0.0.1:1234', 'leaving'],
    ]);
    expect(await cluster.network.until(shop.order('p'))).toEqual({ received: true, value: 's2' });
    expect(await cluster.network.until(call)).toEqual({ received: true, value: 's1' });
    expect(channel.stats().targets).toHaveLength(1);
  });

  test('that fails keeps the last targets, is told once, and is begun again', async () => {
    const cluster = new Cluster(1);
    const told = new Told();
    const events: string[] = [];
    const { shop } = cluster.client({ targets: told, onEvent: ({ kind }) => events.push(kind) });
    told.find(...cluster.addresses);
    told.fail('gone');
    told.fail('still gone');
    await cluster.network.advance(10_000);
    expect(await cluster.network.until(shop.order('o'))).toMatchObject({ received: true });
    told.find(...cluster.addresses);
    await cluster.network.advance(10_000);
    expect(events).toEqual(['targets', 'discovery-failed', 'discovery-recovered']);
    expect(told.watches).toBe(3);
  });

  test('a target that cannot be called is left out, and said to be', async () => {
    const cluster = new Cluster(1);
    const told = new Told();
    const events: unknown[] = [];
    const { shop } = cluster.client({ targets: told, onEvent: (event) => events.push(event) });
    told.find('nonsense', ...cluster.addresses);
    await cluster.network.advance(1);
    expect(await cluster.network.until(shop.order('o'))).toMatchObject({ received: true });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'target-refused' }));
  });

  test('WAITING_CALLS_MAX calls wait, and the next one does not', async () => {
    const cluster = new Cluster(0);
    const { shop, channel } = cluster.client({ targets: new Told() });
    const calls = Array.from({ length: WAITING_CALLS_MAX }, (_, n) => shop.order(`o${n}`).orThrow());
    await cluster.network.advance(0);
    await expect(shop.order('o')).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
    channel.close();
    await expect(Promise.any(calls)).rejects.toMatchObject({ errors: expect.any(Array) as unknown });
    await expect(calls[0]).rejects.toMatchObject({ code: 'CLOSED', executed: 'no' });
  });
});

test('a closed channel takes no calls, and those on their way end as they would', async () => {
  const cluster = new Cluster(1);
  const { shop, channel } = cluster.client();
  await cluster.network.advance(0);
  const call = shop.order('o');
  channel[Symbol.dispose]();
  channel.close();
  await expect(shop.order('p')).rejects.toMatchObject({ code: 'CLOSED', executed: 'no' });
  expect(await cluster.network.until(call)).toMatchObject({ received: true });
});

test('deadline, signal and metadata pass through', async () => {
  const cluster = new Cluster(2);
  const { shop } = cluster.client({ timeoutMs: 700 });
  await cluster.network.until(withOptions(shop, { metadata: { trace: 'a' } }).look('o'));
  expect(cluster.servers.map(({ shop: each }) => each.metadata).find((given) => given?.trace === 'a')).toBeDefined();

  for (const server of cluster.servers) server.shop.delayMs = Infinity;
  const began = cluster.network.clock.now;
  expect(await cluster.network.until(shop.order('p'))).toEqual({ received: false });
  expect(cluster.network.clock.now - began).toBeCloseTo(700, 0);
  const abort = new AbortController();
  const call = withOptions(shop, { signal: abort.signal })
    .order('q')
    .then(undefined, (error: unknown) => error);
  await cluster.network.advance(20);
  abort.abort();
  expect(await call).toMatchObject({ code: 'CANCELLED' });
  expect(() => rpcContext()).toThrow();
});

test('calls of one key go to one target, whoever makes them', async () => {
  const cluster = new Cluster(5);
  const keyed = (): { policy: ReturnType<typeof rendezvous> } => ({
    policy: rendezvous(({ args }) => args[0] as string),
  });
  const clients = [cluster.client(keyed()).shop, cluster.client(keyed()).shop];
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const replies = await cluster.network.until(Promise.all(clients.map((shop) => shop.order(key))));
    expect(replies[0]).toEqual(replies[1]);
  }
});

test('a key that cannot be had, and a policy that gives none of the candidates, end the call', async () => {
  const cluster = new Cluster(2);
  const bad = cluster.client({ policy: rendezvous(() => ({}) as string) });
  await cluster.network.advance(0);
  await expect(bad.shop.order('o')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
  const other = cluster.client({ policy: { pick: () => undefined as never } });
  await cluster.network.advance(0);
  await expect(other.shop.order('o')).rejects.toMatchObject({ code: 'INTERNAL', executed: 'no' });
  expect(other.channel.stats().targets.every(({ pending }) => pending === 0)).toBe(true);
});

test('targets of a higher priority number are called only while none of a lower one can take a call', async () => {
  const cluster = new Cluster(2);
  const [near, far] = cluster.servers;
  const { shop } = cluster.client({ targets: list([near!.address, { address: far!.address, priority: 1 }]) });
  for (let n = 0; n < 5; n += 1) await cluster.network.until(shop.order(`o${n}`));
  expect(cluster.runs).toEqual([5, 0]);
  near!.shop.refusal = LEAVES;
  await cluster.network.until(shop.order('x'));
  expect(cluster.runs).toEqual([5, 1]);
});

test('a server that was restarted is called again', async () => {
  const cluster = new Cluster(1);
  const { shop } = cluster.client();
  await cluster.network.until(shop.order('a'));
  cluster.servers[0]!.endpoint.crash();
  cluster.start(1, new Shop('again', (ms) => cluster.wait(ms)));
  await cluster.network.until(shop.order('b')).catch(() => undefined);
  await cluster.network.advance(500);
  expect(await cluster.network.until(shop.order('c'))).toEqual({ received: true, value: 'again' });
});

test.each([
  [{ targets: [] }, 'list()'],
  [{ targets: 'x' }, 'targets must be'],
  [{ policy: {} }, 'policy must be'],
  [{ hedge: { afterMs: -1 } }, 'hedge.afterMs'],
  [{ hedge: { afterMs: 1, attempts: 6 } }, 'hedge.attempts'],
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [{ waitForReady: 1 }, 'waitForReady'],
  [{ onEvent: 1 }, 'onEvent'],
  [{ budget: { maxTokens: 0 } }, 'budget.maxTokens'],
  [{ ejection: { intervalMs: 0 } }, 'ejection.intervalMs'],
])('options are checked: %j', (options, message) => {
  expect(() => new Cluster(1).client(options as never)).toThrow(message);
});
