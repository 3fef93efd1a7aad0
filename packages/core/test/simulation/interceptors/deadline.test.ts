/** `deadline()`, on both sides. */
import { createClient, withOptions } from '@rpcudp/client';
import { RpcMethod, RpcService, rpcContext, type RpcError } from '../../../src/index';
import { deadline, type ServerInterceptor } from '../../../src/interceptors';
import { clockOf } from './clock-of';
import { all, errorOf, worldOf } from './world';

const endless = (): Promise<never> => new Promise(() => undefined);

describe('deadline()', () => {
  test('on the client, no call waits longer, and one that waits less waits no longer for it', async () => {
    const { network, server, client } = worldOf();
    network.disconnect(server);
    const bounded = client({ interceptors: [deadline(100)] });
    for (const [timeoutMs, expected] of [
      [undefined, 100],
      [30, 30],
      [9_000, 100],
    ] as const) {
      const began = network.clock.now;
      const call = timeoutMs === undefined ? bounded.balance() : withOptions(bounded, { timeoutMs }).balance();
      expect(await network.until(call)).toEqual({ received: false });
      expect(Math.round(network.clock.now - began)).toBe(expected);
    }
  });

  test('on the client, a stream is over by then', async () => {
    const ticking: ServerInterceptor = () => ({
      [Symbol.asyncIterator]: () => {
        let value = 0;
        return {
          next: () =>
            new Promise((resolve) => void clock.setTimer(40, () => resolve({ done: false, value: (value += 1) }))),
        };
      },
    });
    const { network, client } = worldOf({ served: [ticking], conditions: { latencyMs: 1 } });
    const clock = clockOf(network);
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const value of client({ interceptors: [deadline(150)] }).count(9)) seen.push(value);
    };
    expect(await network.until(errorOf(read()))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('on the server, the handler hears of it and the caller gets an error', async () => {
    const seen: unknown[] = [];
    @RpcService('Slow')
    class Slow {
      @RpcMethod()
      async wait(): Promise<number> {
        const { signal, remainingMs } = rpcContext();
        seen.push(Math.round(remainingMs!));
        signal.addEventListener('abort', () => seen.push((signal.reason as RpcError).code));
        return endless();
      }
      @RpcMethod()
      quick(): string {
        return 'quick';
      }
      @RpcMethod()
      async soon(): Promise<string> {
        await Promise.resolve();
        return 'soon';
      }
    }
    const { network, server, caller } = worldOf();
    server.serve(new Slow(), { interceptors: [deadline(100, { clock: clockOf(network) })] });
    const slow = createClient(Slow, caller.peer(server.address));
    expect(await network.until(errorOf(slow.wait()))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      origin: 'remote',
      executed: 'yes',
      message: 'Slow.wait took longer than 100 ms, the deadline of its server.',
    });
    expect(seen).toEqual([100, 'DEADLINE_EXCEEDED']);
    expect(await network.until(slow.quick().orThrow())).toBe('quick');
    expect(await network.until(slow.soon().orThrow())).toBe('soon');
    await network.until(server.close());
    await network.until(caller.close());
    await network.advance(1_000);
    expect(network.clock.scheduled).toBe(0);
  });

  test('on the server, it bounds a stream, and its source hears of it', async () => {
    const ended: string[] = [];
    const { network, server, caller, desk } = worldOf();
    @RpcService('Ticks')
    class Ticks {
      @RpcMethod({ stream: true })
      tick(): AsyncIterable<number> {
        return {
          [Symbol.asyncIterator]: () => {
            let value = 0;
            return {
              next: async () => (value === 2 ? endless() : { done: false as const, value: (value += 1) }),
              return: async () => {
                ended.push('tick');
                return { done: true as const, value: undefined };
              },
            };
          },
        };
      }
      @RpcMethod({ stream: true })
      async few(): Promise<AsyncIterable<number>> {
        return desk.count(2);
      }
    }
    server.serve(new Ticks(), { interceptors: [deadline(100, { clock: clockOf(network) })] });
    const ticks = createClient(Ticks, caller.peer(server.address));
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const value of ticks.tick()) seen.push(value);
    };
    expect(await network.until(errorOf(read()))).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'yes' });
    expect({ seen, ended }).toEqual({ seen: [1, 2], ended: ['tick'] });
    expect(await network.until(all(ticks.few()))).toEqual([1, 2]);
  });

  test.each([[0], [-1], [NaN], [2 ** 31]])('takes no time that is none: %p', (timeoutMs) => {
    expect(() => deadline(timeoutMs)).toThrow('timeoutMs must be a number from 1 to 2147483647');
  });
});
