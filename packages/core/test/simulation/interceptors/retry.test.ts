/** `retry()`, over a network in memory. */
import { createClient, type ClientOptions } from '@rpcudp/client';
import { RpcError } from '../../../src/index';
import { idempotencyKey, retry, type RetryOptions, type ServerInterceptor } from '../../../src/interceptors';
import {
  RETRY_ATTEMPTS_DEFAULT,
  RETRY_BACKOFF_MS_DEFAULT,
  RETRY_BACKOFF_MS_MAX_DEFAULT,
} from '../../../src/interceptor-limits';
import { clockOf } from './clock-of';
import { all, Desk, errorOf, worldOf, type World, type WorldOptions } from './world';

/** Refuses so many calls, and says when they came. */
class Refusals {
  readonly times: number[] = [];
  left: number;
  readonly error: () => RpcError;
  now = (): number => 0;

  constructor(left: number, error = (): RpcError => new RpcError('RESOURCE_EXHAUSTED', 'Not now.')) {
    this.left = left;
    this.error = error;
  }

  readonly interceptor: ServerInterceptor = (call, next) => {
    this.times.push(this.now());
    if (this.left === 0) return next(call);
    this.left -= 1;
    throw this.error();
  };
}

function retryingWorld(
  refusals: Refusals,
  options: RetryOptions = {},
  more: WorldOptions & { readonly client?: ClientOptions } = {},
): World & { readonly retrying: ReturnType<World['client']> } {
  const world = worldOf({ served: [refusals.interceptor], conditions: { latencyMs: 0 }, ...more });
  refusals.now = () => world.network.clock.now;
  const again = retry({ clock: clockOf(world.network), random: () => 1, ...options });
  return { ...world, retrying: world.client({ interceptors: [again], ...more.client }) };
}

/** What lies between moments, in whole milliseconds. */
const pauses = (times: readonly number[]): number[] =>
  times.slice(1).map((at, index) => Math.round(at - times[index]!));

describe('retry()', () => {
  test('tries a call again that did not run, though it may run once only', async () => {
    const refusals = new Refusals(2);
    const { network, desk, retrying } = retryingWorld(refusals);
    expect(await network.until(retrying.add(1, 2))).toEqual({ received: true, value: 3 });
    expect(desk.runs).toBe(1);
    expect(refusals.times).toHaveLength(3);
  });

  test('waits twice as long each time, by chance between nothing and that, up to a bound', async () => {
    const refusals = new Refusals(9);
    const { network, retrying } = retryingWorld(
      refusals,
      { attempts: 9, budget: { maxTokens: 100 } },
      { client: { timeoutMs: 60_000 } },
    );
    await network.until(errorOf(retrying.add(1, 2)));
    const [first, most] = [RETRY_BACKOFF_MS_DEFAULT, RETRY_BACKOFF_MS_MAX_DEFAULT];
    const expected = [1, 2, 4, 8, 16, 32, 64, 128].map((times) => Math.min(times * first, most));
    expect(pauses(refusals.times)).toEqual(expected);
    const halves = new Refusals(2);
    const other = retryingWorld(halves, { random: () => 0.5, backoffMs: 100, backoffMsMax: 120 });
    await other.network.until(other.retrying.add(1, 2));
    expect(pauses(halves.times)).toEqual([50, 60]);
  });

  test('gives up after so many attempts, with the last error', async () => {
    const refusals = new Refusals(99);
    const { network, retrying } = retryingWorld(refusals);
    expect(await network.until(errorOf(retrying.add(1, 2)))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
    });
    expect(refusals.times).toHaveLength(RETRY_ATTEMPTS_DEFAULT);
  });

  test('waits at least as long as a peer without room asks for', async () => {
    const refusals = new Refusals(
      1,
      () => new RpcError('RESOURCE_EXHAUSTED', 'Full.', { details: { retryAfterMs: 700 } }),
    );
    const { network, retrying } = retryingWorld(refusals);
    await network.until(retrying.add(1, 2));
    expect(pauses(refusals.times)).toEqual([700 + RETRY_BACKOFF_MS_DEFAULT]);
  });

  test.each([[{ retryAfterMs: -1 }], [{ retryAfterMs: '1' }], [null], [{ retryAfterMs: 1e300 }]])(
    'takes no order to wait that is none: %p',
    async (details) => {
      const refusals = new Refusals(1, () => new RpcError('RESOURCE_EXHAUSTED', 'Full.', { details }));
      const { network, retrying } = retryingWorld(refusals);
      await network.until(retrying.add(1, 2));
      expect(pauses(refusals.times)).toEqual([RETRY_BACKOFF_MS_DEFAULT]);
    },
  );

  test('does not try again what is past help, or may have run', async () => {
    const invalid = retryingWorld(new Refusals(9, () => new RpcError('INVALID_ARGUMENT', 'Never.')));
    expect(await invalid.network.until(errorOf(invalid.retrying.add(1, 2)))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const ran: ServerInterceptor = (call, next) => {
      next(call);
      throw new RpcError('UNAVAILABLE', 'Gone.');
    };
    const { network, desk, retrying } = retryingWorld(new Refusals(0), {}, { served: [ran] });
    expect(await network.until(errorOf(retrying.add(1, 2)))).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
    expect(desk.runs).toBe(1);
    // One that is idempotent may run again.
    expect(await network.until(errorOf(retrying.balance()))).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
    expect(desk.runs).toBe(1 + RETRY_ATTEMPTS_DEFAULT);
  });

  test('ends at the deadline of the call: an attempt waits for what is left, and none begins that would be too late', async () => {
    const left: (number | undefined)[] = [];
    const { network, retrying } = retryingWorld(
      new Refusals(0),
      { attempts: 50, backoffMs: 100, backoffMsMax: 100, budget: { maxTokens: 1_000 } },
      {
        served: [
          (call) => {
            left.push(call.timeoutMs);
            throw new RpcError('UNAVAILABLE', 'Not yet.');
          },
        ],
        client: { timeoutMs: 450 },
      },
    );
    const began = network.clock.now;
    expect(await network.until(errorOf(retrying.add(1, 2)))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(network.clock.now - began).toBeLessThan(450);
    expect(left.map((each) => Math.round(each!))).toEqual([450, 350, 250, 150, 50]);
  });

  test('ends with the signal of the call, also while it waits', async () => {
    const refusals = new Refusals(99);
    const abort = new AbortController();
    const { network, retrying } = retryingWorld(refusals, { backoffMs: 1_000 }, { client: { signal: abort.signal } });
    const call = errorOf(retrying.add(1, 2));
    await network.advance(500);
    abort.abort();
    expect(await network.until(call)).toMatchObject({ code: 'CANCELLED', executed: 'no' });
    await network.advance(5_000);
    expect(refusals.times).toHaveLength(1);
  });

  test('has a budget of all its calls, so that retries cannot feed a failure: gRFC A6', async () => {
    const refusals = new Refusals(Infinity);
    const { network, retrying } = retryingWorld(refusals, { budget: { maxTokens: 6, tokenRatio: 0.5 }, backoffMs: 0 });
    await network.until(errorOf(retrying.add(1, 2)));
    // Three of six tokens are gone: no more than half are left, so nothing is tried again.
    expect(refusals.times).toHaveLength(3);
    await network.until(errorOf(retrying.add(1, 2)));
    expect(refusals.times).toHaveLength(4);
    refusals.left = 0;
    for (let answer = 0; answer < 6; answer += 1) await network.until(retrying.add(1, 2));
    refusals.left = 1;
    const before = refusals.times.length;
    await network.until(retrying.add(1, 2));
    expect(refusals.times).toHaveLength(before + 2);
  });

  test('brings back what is lost on the rpcudp wire, attempt by attempt, of methods that may run again', async () => {
    const rpcudp = { server: { wires: ['rpcudp'] }, caller: { wires: ['rpcudp'] } } as const;
    const { network, desk, retrying } = retryingWorld(
      new Refusals(0),
      { attemptTimeoutMs: 100, backoffMs: 0 },
      { ...rpcudp, client: { timeoutMs: 1_000 } },
    );
    network.dropNext(2);
    expect(await network.until(retrying.balance())).toEqual({ received: true, value: 1 });
    expect(Math.round(network.clock.now)).toBe(200);
    network.dropNext(1);
    expect(await network.until(retrying.add(1, 2))).toEqual({ received: false });
    expect(Math.round(network.clock.now)).toBe(1_200);
    expect(desk.runs).toBe(1);
  });

  test('brings calls over a restart of their server, where they may run again', async () => {
    const { network, server, caller, client } = worldOf();
    const again = retry({ clock: clockOf(network), random: () => 0.5, attempts: 5 });
    await network.until(client().balance());
    server.crash();
    const second = network.bind({ host: '10.0.0.1', port: 1, interceptors: { server: [] } });
    second.serve(new Desk());
    const retrying = createClient(Desk, caller.peer(server.address), { interceptors: [again] });
    expect(await network.until(retrying.balance())).toEqual({ received: true, value: 1 });
  });

  test('tries a stream again until its first value has come', async () => {
    const refusals = new Refusals(2);
    const { network, desk, retrying } = retryingWorld(refusals);
    expect(await network.until(all(retrying.count(3)))).toEqual([1, 2, 3]);
    expect({ runs: desk.runs, tries: refusals.times.length }).toEqual({ runs: 1, tries: 3 });
    const breaking: ServerInterceptor = async function* (call, next) {
      for await (const value of next(call) as AsyncIterable<unknown>) {
        yield value;
        throw new RpcError('UNAVAILABLE', 'Gone.');
      }
    };
    const broken = retryingWorld(new Refusals(0), {}, { served: [breaking] });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const value of broken.retrying.count(3)) seen.push(value);
    };
    expect(await broken.network.until(errorOf(read()))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen).toEqual([1]);
  });

  test('never sends a stream again, for it can be read once', async () => {
    const refusals = new Refusals(1);
    const { network, retrying } = retryingWorld(refusals);
    async function* given(): AsyncGenerator<number> {
      yield 1;
    }
    expect(await network.until(errorOf(retrying.total(1, given())))).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    expect(refusals.times).toHaveLength(1);
  });

  test('tries a call again that has a key, in whatever order the two are listed', async () => {
    for (const keyFirst of [true, false]) {
      const keys = new Set<string | undefined>();
      const { network, desk, client } = worldOf({
        served: [
          (call, next) => {
            keys.add(call.metadata['idempotency-key']);
            next(call);
            throw new RpcError('UNAVAILABLE', 'Gone.');
          },
        ],
      });
      const [again, key] = [retry({ clock: clockOf(network), random: () => 0 }), idempotencyKey()];
      const both = client({ interceptors: keyFirst ? [key, again] : [again, key] });
      expect(await network.until(errorOf(both.add(1, 2)))).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
      // The server has no store here, so it ran each of them: that is what the guide warns of.
      expect({ runs: desk.runs, keys: keys.size }).toEqual({ runs: RETRY_ATTEMPTS_DEFAULT, keys: 1 });
    }
  });

  test.each([
    [{ attempts: 0 }, 'attempts must be a number from 1 to 100, not 0.'],
    [{ attempts: 1.5 }, 'attempts must be a whole number, not 1.5.'],
    [{ backoffMs: -1 }, 'backoffMs must be a number from 0 to 2147483647, not -1.'],
    [{ backoffMsMax: NaN }, 'backoffMsMax must be a number from 0 to 2147483647, not NaN.'],
    [{ attemptTimeoutMs: '9' }, 'attemptTimeoutMs must be a number from 1 to 2147483647, not "9".'],
    [{ codes: ['OOPS'] }, 'codes must be codes of RpcError, and "OOPS" is none.'],
    [{ budget: { maxTokens: 0 } }, 'budget.maxTokens must be a number from'],
    [{ budget: { tokenRatio: -1 } }, 'budget.tokenRatio must be a number from'],
  ])('refuses options that are none: %p', (options, message) => {
    expect(() => retry(options as RetryOptions)).toThrow(message);
  });
});
