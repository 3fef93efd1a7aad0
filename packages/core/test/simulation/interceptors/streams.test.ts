/** Interceptors around streams, on both sides. */
import { withOptions } from '@rpcudp/client';
import { RpcError, RpcStream } from '../../../src/index';
import type { ClientInterceptor, ServerInterceptor } from '../../../src/interceptors';
import { all, errorOf, worldOf } from './world';

/** Changes each value of a stream. */
async function* mapped(values: AsyncIterable<unknown>, change: (value: number) => unknown): AsyncGenerator {
  for await (const value of values) yield change(value as number);
}

const tenfold: ClientInterceptor = (call, next) =>
  call.stream ? mapped(next(call) as AsyncIterable<unknown>, (value) => value * 10) : next(call);

const endless = (): Promise<never> => new Promise(() => undefined);

describe('a stream behind interceptors of its client', () => {
  test('is read through them, value by value, and is still an RpcStream that is read once', async () => {
    const { network, desk, client } = worldOf();
    const values = client({ interceptors: [tenfold] }).count(3);
    expect(values).toBeInstanceOf(RpcStream);
    await network.advance(100);
    expect(desk.runs).toBe(0);
    expect(await network.until(all(values))).toEqual([10, 20, 30]);
    expect(values.missed).toBe(0);
    expect(() => values[Symbol.asyncIterator]()).toThrow('A stream is read once');
  });

  test('opens when an asynchronous interceptor has taken its time', async () => {
    const { network, client } = worldOf();
    const waiting: ClientInterceptor = async (call, next) => {
      await Promise.resolve();
      return next({ ...call, args: [2] });
    };
    expect(await network.until(all(client({ interceptors: [waiting, tenfold] }).count(9)))).toEqual([10, 20]);
  });

  test('ends at its source when its reader leaves, though an interceptor has wrapped it', async () => {
    const { network, server, desk, client } = worldOf();
    const first = async (): Promise<unknown> => {
      for await (const value of client({ interceptors: [tenfold] }).count(1_000_000)) return value;
      return undefined;
    };
    expect(await network.until(first())).toBe(10);
    await network.advance(200);
    expect(desk.ended).toEqual(['count']);
    expect(server.stats().runningHandlers).toBe(0);
  });

  test('ends when it is cancelled from outside while its reader waits, and the interceptor with it', async () => {
    const { network, server, client } = worldOf({
      served: [() => ({ [Symbol.asyncIterator]: () => ({ next: endless }) })],
    });
    let finished = 0;
    const watching: ClientInterceptor = async function* (call, next) {
      try {
        yield* next(call) as AsyncIterable<unknown>;
      } finally {
        finished += 1;
      }
    };
    const values = client({ interceptors: [watching] }).count(3);
    const read = all(values);
    await network.advance(100);
    expect(server.stats().runningHandlers).toBe(1);
    values.cancel();
    expect(await network.until(read)).toEqual([]);
    await network.advance(100);
    expect(server.stats().runningHandlers).toBe(0);
    expect(finished).toBe(1);
  });

  test("is ended by its caller's signal, also while an interceptor keeps it", async () => {
    const { network, client } = worldOf();
    const abort = new AbortController();
    const kept = client({ signal: abort.signal, interceptors: [endless] }).count(3);
    const read = errorOf(all(kept));
    await network.advance(10);
    abort.abort();
    expect(await network.until(read)).toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expect(await network.until(errorOf(all(withOptions(client(), { signal: abort.signal }).count(1))))).toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('raises what they throw, once, as an RpcError that does not say more than is known', async () => {
    const { network, client } = worldOf();
    const refusing: ClientInterceptor = () => {
      throw new RpcError('PERMISSION_DENIED', 'No.');
    };
    expect(await network.until(errorOf(all(client({ interceptors: [tenfold, refusing] }).count(3))))).toMatchObject({
      code: 'PERMISSION_DENIED',
      executed: 'no',
    });
    const spoiling: ClientInterceptor = async function* (call, next) {
      for await (const value of next(call) as AsyncIterable<unknown>) {
        yield value;
        throw new Error('spoilt');
      }
    };
    const values = client({ interceptors: [spoiling] })
      .count(3)
      [Symbol.asyncIterator]();
    expect(await network.until(values.next())).toEqual({ done: false, value: 1 });
    expect(await network.until(errorOf(values.next()))).toMatchObject({ code: 'INTERNAL', executed: 'yes' });
    expect(await network.until(values.next())).toEqual({ done: true, value: undefined });
  });

  test('can be answered without a call, by anything that can be iterated', async () => {
    const { network, caller, client } = worldOf();
    const cached: ClientInterceptor = async function* () {
      yield* [7, 8];
    };
    expect(await network.until(all(client({ interceptors: [cached] }).count(3)))).toEqual([7, 8]);
    expect(caller.stats().calls.started).toBe(0);
    const wrong = client({ interceptors: [(async () => 42) as unknown as ClientInterceptor] });
    expect(await network.until(errorOf(all(wrong.count(3))))).toMatchObject({
      code: 'INTERNAL',
      message:
        'Desk.count answers with a stream, and an interceptor gave 42. Return what next() gave, or an async iterable.',
    });
  });

  test('is not opened twice where its method may run once', async () => {
    const { network, desk, client } = worldOf();
    const twice: ClientInterceptor = async function* (call, next) {
      yield* next(call) as AsyncIterable<unknown>;
      yield* next(call) as AsyncIterable<unknown>;
    };
    expect(await network.until(errorOf(all(client({ interceptors: [twice] }).count(2))))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      executed: 'yes',
    });
    expect(desk.runs).toBe(1);
  });

  test('what the caller streams can be wrapped, and is read once', async () => {
    const { network, client } = worldOf();
    const halving: ClientInterceptor = (call, next) => {
      const [source, ...others] = call.args.toReversed();
      return next({
        ...call,
        args: [...others.toReversed(), mapped(source as AsyncIterable<unknown>, (value) => value / 2)],
      });
    };
    async function* given(): AsyncGenerator<number> {
      yield* [2, 4, 6];
    }
    expect(await network.until(client({ interceptors: [halving] }).total(100, given()))).toEqual({
      received: true,
      value: 106,
    });
    expect(await network.until(all(client({ interceptors: [tenfold, halving] }).double(given())))).toEqual([
      20, 40, 60,
    ]);
    const twice: ClientInterceptor = async (call, next) => {
      await next(call);
      return next(call);
    };
    expect(await network.until(errorOf(client({ interceptors: [twice] }).total(1, given())))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('Desk.total takes a stream, whose values can be read once') as string,
    });
  });
});

describe('a stream behind interceptors of its server', () => {
  const plusOne: ServerInterceptor = (call, next) =>
    call.stream ? mapped(next(call) as AsyncIterable<unknown>, (value) => value + 1) : next(call);

  test('is answered through them', async () => {
    const { network, client } = worldOf({ served: [plusOne, plusOne] });
    expect(await network.until(all(client().count(3)))).toEqual([3, 4, 5]);
  });

  test('what its caller streams can be wrapped, in both directions', async () => {
    const doubling: ServerInterceptor = (call, next) => {
      const source = call.args.at(-1) as AsyncIterable<unknown>;
      return next({ ...call, args: [...call.args.slice(0, -1), mapped(source, (value) => value * 2)] });
    };
    const { network, client } = worldOf({ served: [plusOne, doubling] });
    async function* given(): AsyncGenerator<number> {
      yield* [1, 2];
    }
    expect(await network.until(client().total(100, given()))).toEqual({ received: true, value: 106 });
    expect(await network.until(all(client().double(given())))).toEqual([5, 9]);
  });

  test('ends at its source when its reader leaves, also one that only hears of its end by return()', async () => {
    const ended: string[] = [];
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: (() => {
          let value = 0;
          return async () => (value === 2 ? endless() : { done: false as const, value: (value += 1) });
        })(),
        return: async () => {
          ended.push('source');
          return { done: true as const, value: undefined };
        },
      }),
    };
    const { network, server, desk, client } = worldOf({ served: [plusOne] });
    desk.count = () => source as unknown as AsyncGenerator<number>;
    const first = async (): Promise<unknown> => {
      for await (const value of client().count(3)) return value;
      return undefined;
    };
    expect(await network.until(first())).toBe(2);
    await network.advance(200);
    expect(ended).toEqual(['source']);
    expect(server.stats().runningHandlers).toBe(0);
  });

  test('a refusal before its handler runs says so, also one by a generator that throws when it is read', async () => {
    const refusals: ServerInterceptor[] = [
      () => {
        throw new RpcError('PERMISSION_DENIED', 'No.');
      },
      async function* (call, next) {
        if (call.metadata.token === undefined) throw new RpcError('PERMISSION_DENIED', 'No.');
        yield* next(call) as AsyncIterable<unknown>;
      },
    ];
    for (const refusing of refusals) {
      const { network, desk, client } = worldOf({ served: [refusing] });
      expect(await network.until(errorOf(all(client().count(3))))).toMatchObject({
        code: 'PERMISSION_DENIED',
        executed: 'no',
      });
      expect(desk.runs).toBe(0);
    }
  });

  test('an asynchronous interceptor can wait before it is opened', async () => {
    const waiting: ServerInterceptor = async (call, next) => {
      await Promise.resolve();
      return next({ ...call, args: [2] });
    };
    const { network, client } = worldOf({ served: [waiting, plusOne] });
    expect(await network.until(all(client().count(9)))).toEqual([2, 3]);
  });

  test('what is no stream is a mistake for the log of its own side', async () => {
    const { network, client } = worldOf({ served: [() => 42] });
    expect(await network.until(errorOf(all(client().count(3))))).toMatchObject({ code: 'INTERNAL', executed: 'no' });
  });
});
