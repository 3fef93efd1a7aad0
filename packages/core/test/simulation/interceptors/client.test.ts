/** Interceptors where calls are made. */
import { createClient, orThrow, withOptions } from '@rpcudp/client';
import {
  PendingCall,
  RpcError,
  RpcMethod,
  RpcService,
  rpcContext,
  type Reply,
  type RpcChannel,
} from '../../../src/index';
import { type ClientInterceptor, interceptChannel, type InterceptedCall } from '../../../src/interceptors';
import { errorOf, worldOf } from './world';

const passing: ClientInterceptor = (call, next) => next(call);
const waiting: ClientInterceptor = async (call, next) => {
  await Promise.resolve();
  return next(call);
};

/** Goes on, and again if the first attempt failed. */
const again: ClientInterceptor = async (call, next) => {
  try {
    return await next(call);
  } catch {
    return next(call);
  }
};

/** Lets so many attempts of a call fail. */
function failing(times: number, error: RpcError): ClientInterceptor {
  let left = times;
  return (call, next) => {
    if (left === 0) return next(call);
    left -= 1;
    throw error;
  };
}

describe('on the client', () => {
  test('the first listed is the outermost: those of the endpoint, then those of the client', async () => {
    const order: string[] = [];
    const tell =
      (name: string): ClientInterceptor =>
      async (call, next) => {
        order.push(name);
        const outcome = await next(call);
        order.push(`/${name}`);
        return outcome;
      };
    const { network, client } = worldOf({
      caller: { interceptors: { client: [tell('endpoint 1'), tell('endpoint 2')] } },
    });
    const told = client({ interceptors: [tell('client 1'), tell('client 2')] });
    expect(await network.until(told.add(1, 2))).toEqual({ received: true, value: 3 });
    const names = ['endpoint 1', 'endpoint 2', 'client 1', 'client 2'];
    expect(order).toEqual([...names, ...names.toReversed().map((name) => `/${name}`)]);
  });

  test('withOptions() keeps the interceptors of a client, and replaces them if it is given others', async () => {
    const seen: string[] = [];
    const tell =
      (name: string): ClientInterceptor =>
      (call, next) => {
        seen.push(name);
        return next(call);
      };
    const { network, client } = worldOf();
    const first = client({ interceptors: [tell('first')] });
    await network.until(withOptions(first, { timeoutMs: 500 }).balance());
    await network.until(withOptions(first, { interceptors: [tell('second')] }).balance());
    await network.until(withOptions(first, { interceptors: [] }).balance());
    expect(seen).toEqual(['first', 'second']);
  });

  test('changed arguments and metadata are what reaches the server', async () => {
    const { network, client } = worldOf();
    const changed = client({
      metadata: { a: '1' },
      interceptors: [
        (call, next) =>
          next({
            ...call,
            args: call.args.map((each) => (each as number) + 1),
            metadata: { ...call.metadata, b: '2' },
          }),
        async (call, next) => next({ ...call, metadata: { ...call.metadata, c: String(call.args.length) } }),
      ],
    });
    expect(await network.until(changed.add(1, 1))).toEqual({ received: true, value: 4 });
    expect(await network.until(changed.metadata())).toEqual({ received: true, value: { a: '1', b: '2', c: '0' } });
  });

  test('a call whose interceptors only change what is sent is the very call that was made', () => {
    const { client } = worldOf();
    const changed = client({ interceptors: [passing, (call, next) => next({ ...call, metadata: { a: 'b' } })] });
    expect(changed.add(1, 2).constructor.name).toBe('StartedCall');
  });

  test('an interceptor that never calls next answers itself, and nothing is sent', async () => {
    const { network, caller, client } = worldOf();
    const cached = client({ interceptors: [async () => ({ received: true, value: 42 }) as Reply<unknown>] });
    expect(await network.until(cached.add(1, 2))).toEqual({ received: true, value: 42 });
    expect(await network.until(cached.add(1, 2).orThrow())).toBe(42);
    const quiet = client({ interceptors: [async () => ({ received: false }) as Reply<unknown>] });
    expect(await network.until(errorOf(quiet.add(1, 2).orThrow()))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(caller.stats().calls.started).toBe(0);
  });

  test('what is no reply is a mistake that says so', async () => {
    const { network, client } = worldOf();
    const wrong = client({ interceptors: [(async () => 42) as unknown as ClientInterceptor] });
    expect(await network.until(errorOf(wrong.add(1, 2)))).toMatchObject({
      code: 'INTERNAL',
      executed: 'no',
      message:
        'Desk.add at 10.0.0.1:1: an interceptor gave 42 for a reply. Return what next() gave, or { received: true, value }.',
    });
  });

  test('what it throws rejects the call, never the method: an RpcError as it is, anything else as INTERNAL', async () => {
    const { network, client } = worldOf();
    const refusal = new RpcError('PERMISSION_DENIED', 'Not from here.');
    for (const thrown of [refusal, new Error('oops')]) {
      for (const throwing of [
        (() => {
          throw thrown;
        }) satisfies ClientInterceptor,
        (async () => {
          throw thrown;
        }) satisfies ClientInterceptor,
      ]) {
        const error = await network.until(errorOf(client({ interceptors: [passing, throwing] }).add(1, 2)));
        const expected =
          thrown === refusal ? refusal : { code: 'INTERNAL', message: 'oops', executed: 'no', cause: thrown };
        expect(error).toMatchObject(expected);
      }
    }
  });

  test('what is thrown after the answer came never says that nothing ran', async () => {
    const { network, desk, client } = worldOf();
    const spoiling = client({
      interceptors: [
        async (call, next) => {
          await next(call);
          throw new RpcError('PERMISSION_DENIED', 'The answer is not for you.');
        },
      ],
    });
    expect(await network.until(errorOf(spoiling.add(1, 2)))).toMatchObject({
      code: 'PERMISSION_DENIED',
      executed: 'yes',
    });
    expect(desk.runs).toBe(1);
  });

  test('next() twice is a retry: of an idempotent method', async () => {
    const { network, client } = worldOf();
    const twice: ClientInterceptor = async (call, next) => {
      await next(call);
      return next(call);
    };
    expect(await network.until(client({ interceptors: [twice] }).balance())).toEqual({ received: true, value: 2 });
  });

  test('of any other it is refused once the method may have run, and says that it has', async () => {
    const { network, desk, client } = worldOf();
    const twice: ClientInterceptor = async (call, next) => {
      await next(call);
      return next(call);
    };
    const both: ClientInterceptor = async (call, next) => {
      void next(call);
      return next(call);
    };
    expect(await network.until(errorOf(client({ interceptors: [twice] }).add(1, 2)))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      executed: 'yes',
      message: expect.stringContaining(
        'Desk.add is at-most-once, and may have run already, so it is not called again.',
      ) as string,
    });
    expect(await network.until(errorOf(client({ interceptors: [both] }).add(1, 2)))).toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    await network.advance(1000);
    expect(desk.runs).toBe(2);
  });

  test('it is allowed where the attempt before did not run', async () => {
    let refusals = 1;
    const { network, desk, client } = worldOf({
      served: [
        (call, next) => {
          if (refusals === 0) return next(call);
          refusals -= 1;
          throw new RpcError('RESOURCE_EXHAUSTED', 'Not now.');
        },
      ],
    });
    expect(await network.until(client({ interceptors: [again] }).add(1, 2))).toEqual({ received: true, value: 3 });
    expect(desk.runs).toBe(1);
    const local = failing(1, new RpcError('UNAVAILABLE', 'Not yet.'));
    expect(await network.until(client({ interceptors: [again, local] }).add(1, 2))).toEqual({
      received: true,
      value: 3,
    });
  });

  test('next() never throws: what is thrown further in is a call that rejects', async () => {
    const { network, client } = worldOf();
    const caught: unknown[] = [];
    const catching: ClientInterceptor = (call, next) => {
      const made = next(call) as PromiseLike<Reply<unknown>>;
      return made.then(
        (reply) => reply,
        (error: unknown) => {
          caught.push((error as RpcError).code);
          return { received: true as const, value: 'mended' };
        },
      );
    };
    const failed = failing(1, new RpcError('UNAVAILABLE', 'Not yet.'));
    expect(await network.until(client({ interceptors: [catching, failed] }).add(1, 2))).toMatchObject({
      value: 'mended',
    });
    expect(caught).toEqual(['UNAVAILABLE']);
  });

  test('silence is a value for interceptors, and orThrow says of it what the call does', async () => {
    const { network, server, client } = worldOf();
    const seen: unknown[] = [];
    const watching = client({
      timeoutMs: 100,
      interceptors: [
        async (call, next) => {
          const reply = await next(call);
          seen.push(reply);
          return reply;
        },
      ],
    });
    network.disconnect(server);
    expect(await network.until(errorOf(watching.balance().orThrow()))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'No response within 100 ms from Desk.balance at 10.0.0.1:1.',
    });
    expect(seen).toEqual([{ received: false }]);
  });

  test('the time that a call waits is known, and can be changed', async () => {
    const { network, server, caller, client } = worldOf();
    const seen: (number | undefined)[] = [];
    const looking: ClientInterceptor = (call, next) => {
      seen.push(call.timeoutMs);
      return next(call);
    };
    await network.until(client({ interceptors: [looking] }).balance());
    await network.until(client({ interceptors: [looking], timeoutMs: 700 }).balance());
    const channel = caller.peer(server.address, { timeoutMs: 900 });
    const { Desk } = await import('./world');
    await network.until(createClient(Desk, channel, { interceptors: [looking] }).balance());
    expect(seen).toEqual([5000, 700, 900]);
    network.disconnect(server);
    const before = network.clock.now;
    const hasty = client({ interceptors: [(call, next) => next({ ...call, timeoutMs: 50 })] });
    expect(await network.until(hasty.balance())).toEqual({ received: false });
    expect(Math.round(network.clock.now - before)).toBe(50);
  });

  test("its caller's signal ends the call, also while an interceptor keeps it", async () => {
    const { network, desk, client } = worldOf();
    const abort = new AbortController();
    const endless = client({ signal: abort.signal, interceptors: [() => new Promise(() => undefined)] });
    const kept = endless.add(1, 2);
    await network.advance(10);
    abort.abort(new Error('enough'));
    expect(await network.until(errorOf(kept))).toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expect(await network.until(errorOf(endless.add(1, 2)))).toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expect(desk.runs).toBe(0);
  });

  test('and the call that was made of it, whose handler hears so', async () => {
    const { network, server, desk, client } = worldOf();
    desk.gate = new Promise(() => undefined);
    const abort = new AbortController();
    const slow = client({ signal: abort.signal, interceptors: [waiting] }).slow();
    await network.advance(100);
    expect(server.stats().runningHandlers).toBe(1);
    abort.abort();
    expect(await network.until(errorOf(slow))).toMatchObject({ code: 'CANCELLED', executed: 'unknown' });
    await network.advance(100);
    expect(server.stats()).toMatchObject({ runningHandlers: 0, requests: { abandoned: 1 } });
  });

  test('with another signal passed on the call ends by that', async () => {
    const { network, desk, client } = worldOf();
    desk.gate = new Promise(() => undefined);
    const own = new AbortController();
    const slow = client({ interceptors: [(call, next) => next({ ...call, signal: own.signal })] }).slow();
    await network.advance(100);
    own.abort();
    expect(await network.until(errorOf(slow))).toMatchObject({ code: 'CANCELLED' });
  });

  test('a call made in a handler ends with it, also while an interceptor keeps it', async () => {
    const outcomes: unknown[] = [];
    const { network, server, caller, client } = worldOf();
    const kept = client({ interceptors: [() => new Promise(() => undefined)] });
    @RpcService('Asker')
    class Asker {
      @RpcMethod()
      async ask(): Promise<void> {
        outcomes.push(rpcContext().remainingMs);
        outcomes.push(((await errorOf(kept.add(1, 2))) as RpcError).code);
      }
    }
    server.serve(new Asker());
    await network.until(withOptions(createClient(Asker, caller.peer(server.address)), { timeoutMs: 300 }).ask());
    await network.advance(1000);
    expect(outcomes[1]).toBe('CANCELLED');
  });

  test('progress is that of the attempts, through a retry, and ends with the call', async () => {
    const { network, caller, client } = worldOf();
    const seen: number[] = [];
    const large = new Uint8Array(300_000);
    const call = client({ timeoutMs: 60_000, interceptors: [again, waiting] }).echo(large);
    const watched = (async () => {
      for await (const { acknowledgedBytes } of call.progress) seen.push(acknowledgedBytes);
    })();
    await network.until(Promise.all([call, watched]));
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBeGreaterThan(300_000);
    expect(call.progress).toMatchObject({ acknowledgedBytes: seen.at(-1), totalBytes: seen.at(-1) });
    expect(caller.stats().pendingCalls).toBe(0);
  });

  test('orThrow views have interceptors, too', async () => {
    const { network, client } = worldOf();
    const strict = orThrow(client({ interceptors: [waiting] }));
    expect(await network.until(strict.add(1, 2))).toBe(3);
  });

  test('values are those of one call, through its retries', async () => {
    const { contextKey } = await import('../../../src/interceptors');
    const COUNT = contextKey('count', 0);
    const seen: number[] = [];
    const counting: ClientInterceptor = async (call, next) => {
      call.values.set(COUNT, call.values.get(COUNT) + 1);
      seen.push(call.values.get(COUNT));
      return next(call);
    };
    const { network, client } = worldOf();
    const counted = client({ interceptors: [again, counting, failing(1, new RpcError('UNAVAILABLE', 'Not yet.'))] });
    await network.until(counted.add(1, 2));
    await network.until(counted.add(1, 2));
    expect(seen).toEqual([1, 2, 1]);
  });

  test('what was called says whether the method has run', async () => {
    const seen: unknown[] = [];
    const { network, client } = worldOf();
    const looking: ClientInterceptor = async (call, next) => {
      seen.push(call.executed);
      const reply = await next(call);
      seen.push(call.executed);
      return reply;
    };
    await network.until(client({ interceptors: [looking] }).add(1, 2));
    expect(seen).toEqual(['no', 'yes']);
  });

  test('peers can be asked whether they are there, around all interceptors, also back from a handler', async () => {
    const seen: string[] = [];
    const tell =
      (who: string): ClientInterceptor =>
      (call, next) => {
        seen.push(`${who}: ${call.method.property}`);
        return next(call);
      };
    const { network, server, caller, peer } = worldOf({
      caller: { interceptors: { client: [tell('caller')] } },
      server: { interceptors: { client: [tell('server')] } },
    });
    expect(await network.until(peer.ready())).toBe(true);
    @RpcService('Back')
    class Back {
      @RpcMethod()
      async run(): Promise<unknown> {
        return createClient(Pong, rpcContext().peer).pong().orThrow();
      }
    }
    @RpcService('Pong')
    class Pong {
      @RpcMethod()
      pong(): string {
        return 'pong';
      }
    }
    server.serve(new Back());
    caller.serve(new Pong());
    expect(await network.until(createClient(Back, peer).run().orThrow())).toBe('pong');
    expect(seen).toEqual(['caller: run', 'server: pong']);
  });

  test('a channel of another transport can have interceptors', async () => {
    const ended = new PendingCall<unknown>();
    ended.end({ received: true, value: 'answer' });
    const calls: unknown[] = [];
    const channel: RpcChannel = {
      remote: 'elsewhere',
      call: (method, args, options) => {
        calls.push([method.property, args, options]);
        return ended;
      },
    };
    const seen: (InterceptedCall['timeoutMs'] | string)[] = [];
    const around = interceptChannel(channel, [
      (call, next) => {
        seen.push(call.remote, call.timeoutMs);
        return next({ ...call, args: [1, 1] });
      },
    ]);
    const { Desk } = await import('./world');
    const desk = createClient(Desk, around);
    expect(await desk.add(1, 2)).toEqual({ received: true, value: 'answer' });
    expect(calls).toEqual([['add', [1, 1], {}]]);
    expect(seen).toEqual(['elsewhere', undefined]);
    await expect(desk.count(1)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  test.each([[undefined], [passing], [[passing, null]]])('%p are no interceptors of a client', (interceptors) => {
    const { client } = worldOf();
    expect(() => client({ interceptors } as never)).toThrow('interceptors must be an array of functions');
  });

  test('options that are none reject the call, and no interceptor sees them', async () => {
    const { network, client } = worldOf();
    const seen: unknown[] = [];
    const looking: ClientInterceptor = (call, next) => {
      seen.push(call);
      return next(call);
    };
    for (const options of [{ timeoutMs: 0 }, { signal: 'x' }, { metadata: { a: 1 } }]) {
      const error = await network.until(errorOf(client({ ...options, interceptors: [looking] } as never).add(1, 2)));
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
    }
    expect(seen).toEqual([]);
  });
});

describe('metadata', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'called %s is refused or a word like any other, and pollutes nothing',
    async (name) => {
      const metadata = Object.fromEntries([[name, 'x']]);
      const copying: ClientInterceptor = (call, next) => next({ ...call, metadata: { ...call.metadata, own: 'y' } });
      const prototypes = new Set<unknown>();
      const { network, client } = worldOf({
        served: [
          (call, next) => {
            prototypes.add(Object.getPrototypeOf(call.metadata));
            return next({ ...call, metadata: { ...call.metadata, more: 'z' } });
          },
        ],
      });
      const asked = client({ metadata, interceptors: [copying] })
        .metadata()
        .orThrow();
      const outcome = await network.until(
        asked.then(
          (words) => words[name],
          (error: unknown) => RpcError.from(error).code,
        ),
      );
      expect(['x', 'INVALID_ARGUMENT']).toContain(outcome);
      expect([...prototypes].every((prototype) => prototype === Object.prototype || prototype === null)).toBe(true);
      expect(({} as Record<string, unknown>).own).toBeUndefined();
    },
  );
});

describe('the rpcudp wire, which carries no metadata', () => {
  const rpcudp = { server: { wires: ['rpcudp'] }, caller: { wires: ['rpcudp'] } } as const;

  test('has interceptors on both sides', async () => {
    const seen: unknown[] = [];
    const { network, client } = worldOf({
      ...rpcudp,
      served: [
        (call, next) => {
          seen.push(call.carriesMetadata, call.metadata, call.timeoutMs);
          return next(call);
        },
      ],
    });
    const looking: ClientInterceptor = async (call, next) => {
      seen.push(call.carriesMetadata);
      return next({ ...call, args: [3, 4] });
    };
    expect(await network.until(client({ interceptors: [looking] }).add(1, 2))).toEqual({ received: true, value: 7 });
    expect(seen).toEqual([false, false, {}, undefined]);
  });

  test('refuses a call to which an interceptor adds some, and answers nothing to one that an interceptor refuses', async () => {
    const refusing = worldOf({
      ...rpcudp,
      served: [
        () => {
          throw new RpcError('PERMISSION_DENIED', 'No.');
        },
      ],
    });
    const adding: ClientInterceptor = (call, next) => next({ ...call, metadata: { a: 'b' } });
    const { network, client, server } = refusing;
    expect(await network.until(errorOf(client({ interceptors: [adding] }).add(1, 2)))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      executed: 'no',
    });
    expect(await network.until(client({ timeoutMs: 100 }).add(1, 2))).toEqual({ received: false });
    expect(server.stats().dropped.intercepted).toBe(1);
  });
});
