/** `concurrencyLimit()`, on both sides. */
import { RpcError } from '../../../src/index';
import { concurrencyLimit } from '../../../src/interceptors';
import { clockOf } from './clock-of';
import { all, errorOf, worldOf } from './world';

describe('concurrencyLimit()', () => {
  test('on the server, refuses what is beyond, which has not run; a place is free again when its call has ended', async () => {
    const limit = concurrencyLimit({ initial: 2, max: 2 });
    const { network, desk, client } = worldOf({ served: [limit] });
    let open!: () => void;
    desk.gate = new Promise((resolve) => (open = resolve));
    const calls = [client().slow(), client().slow(), client().slow()];
    await network.advance(100);
    expect({ running: limit.running, runs: desk.runs }).toEqual({ running: 2, runs: 2 });
    expect(await network.until(errorOf(calls[2]!))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
      origin: 'remote',
      details: { limit: 2 },
    });
    open();
    await network.until(Promise.all(calls.slice(0, 2)));
    expect(limit.running).toBe(0);
    expect(await network.until(client().add(1, 2))).toEqual({ received: true, value: 3 });
    await network.until(errorOf(client().fail()));
    expect(limit.running).toBe(0);
  });

  test('a stream takes a place as long as it is read', async () => {
    const limit = concurrencyLimit({ initial: 1, max: 1 });
    const { network, client } = worldOf({ served: [limit] });
    const values = client().count(1_000)[Symbol.asyncIterator]();
    await network.until(values.next());
    expect(limit.running).toBe(1);
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    expect(await network.until(errorOf(all(client().count(1))))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
    });
    await values.return?.();
    await network.advance(100);
    expect(limit.running).toBe(0);
  });

  test('on the client, refuses before anything is sent, and falls where calls are refused or time out', async () => {
    const { network, server, caller, client } = worldOf();
    const limit = concurrencyLimit({ initial: 10, clock: clockOf(network) });
    const limited = client({ timeoutMs: 100, interceptors: [limit] });
    network.disconnect(server);
    const calls = Array.from({ length: 12 }, async () => errorOf(limited.add(1, 2)));
    const outcomes = await network.until(Promise.all(calls));
    expect(outcomes.filter((each) => RpcError.is(each) && each.executed === 'no')).toHaveLength(2);
    expect(caller.stats().calls.started).toBe(10);
    expect(limit.running).toBe(0);
    expect(limit.limit).toBeLessThan(5);
  });

  test('grows while calls are quick, and falls when they queue', async () => {
    const { network, client } = worldOf();
    const limit = concurrencyLimit({ initial: 4, clock: clockOf(network) });
    const limited = client({ interceptors: [limit] });
    async function round(latencyMs: number): Promise<void> {
      network.change({ latencyMs });
      await network.until(Promise.all(Array.from({ length: limit.limit }, () => errorOf(limited.add(1, 2)))));
    }
    for (let index = 0; index < 40; index += 1) await round(5);
    const grown = limit.limit;
    expect(grown).toBeGreaterThan(10);
    for (let index = 0; index < 5; index += 1) await round(50);
    expect(limit.limit).toBeLessThan(grown);
  });

  test.each([
    [{ min: 0 }, 'min must be a number from 1'],
    [{ max: 0 }, 'max must be a number from 1'],
    [{ min: 5, max: 4 }, 'max must be a number from 5'],
    [{ initial: 0.5 }, 'initial must be a number from 1'],
    [{ tolerance: 0.9 }, 'tolerance must be a number from 1'],
  ])('refuses options that are none: %p', (options, message) => {
    expect(() => concurrencyLimit(options)).toThrow(message);
  });
});
