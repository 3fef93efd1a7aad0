/** Interceptors where calls are handled. */
/* eslint-disable @typescript-eslint/no-extraneous-class -- a class is no interceptor */
import { createClient, withOptions } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, rpcContext } from '../../../src/index';
import { contextKey, RpcUse, type InterceptedCall, type ServerInterceptor } from '../../../src/interceptors';
import { errorOf, guarded, worldOf } from './world';

const passing: ServerInterceptor = (call, next) => next(call);

describe('on the server', () => {
  test('the first listed is the outermost: those of the endpoint, of serve(), of the class, and of the method', async () => {
    const order: string[] = [];
    const tell =
      (name: string): ServerInterceptor =>
      (call, next) => {
        order.push(name);
        const value = next(call);
        order.push(`/${name}`);
        return value;
      };
    @RpcService('Ordered')
    @RpcUse(tell('class 1'), tell('class 2'))
    class Ordered {
      @RpcUse(tell('method 1'))
      @RpcUse(tell('method 2'), tell('method 3'))
      @RpcMethod()
      run(): string {
        order.push('handler');
        return 'done';
      }
    }
    const { network, server, caller } = worldOf({
      server: { interceptors: { server: [tell('endpoint 1'), tell('endpoint 2')] } },
    });
    server.serve(new Ordered(), { interceptors: [tell('serve 1'), tell('serve 2')] });
    const ordered = createClient(Ordered, caller.peer(server.address));

    expect(await network.until(ordered.run())).toEqual({ received: true, value: 'done' });
    const names = [
      'endpoint 1',
      'endpoint 2',
      'serve 1',
      'serve 2',
      'class 1',
      'class 2',
      'method 1',
      'method 2',
      'method 3',
    ];
    expect(order).toEqual([...names, 'handler', ...names.toReversed().map((name) => `/${name}`)]);
  });

  test('a refusal costs no guard, runs nothing, and says so', async () => {
    const { network, server, desk, client } = worldOf({
      served: [
        () => {
          throw new RpcError('UNAUTHENTICATED', 'Who are you?', { details: { realm: 'desk' } });
        },
      ],
    });
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'Who are you?',
      origin: 'remote',
      executed: 'no',
      details: { realm: 'desk' },
    });
    expect({ guarded, runs: desk.runs }).toEqual({ guarded: [], runs: 0 });
    expect(server.stats()).toMatchObject({ dropped: { intercepted: 1 }, requests: { failed: 0 } });
  });

  test('an error that is not ours arrives as INTERNAL, without its text or its stack', async () => {
    for (const when of ['before', 'after'] as const) {
      const { network, client } = worldOf({
        served: [
          (call, next) => {
            if (when === 'after') next(call);
            throw new Error('a secret of the interceptor');
          },
        ],
      });
      const error = (await network.until(errorOf(client().add(1, 2)))) as RpcError;
      expect(error).toMatchObject({ code: 'INTERNAL', executed: when === 'after' ? 'yes' : 'no' });
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('secret');
    }
  });

  test('what is thrown after next() is as a failure of the handler, also in a later turn', async () => {
    for (const late of [false, true]) {
      const { network, desk, client } = worldOf({
        served: [
          late
            ? async (call, next) => {
                await next(call);
                throw new RpcError('DATA_LOSS', 'The book could not be written.');
              }
            : (call, next) => {
                next(call);
                throw new RpcError('DATA_LOSS', 'The book could not be written.');
              },
        ],
      });
      expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({ code: 'DATA_LOSS', executed: 'yes' });
      expect(desk.runs).toBe(1);
    }
  });

  test('a refusal in a later turn, before next(), says that nothing ran', async () => {
    const { network, client } = worldOf({
      served: [
        async (call, next) => {
          await Promise.resolve();
          if (call.metadata.token === undefined) throw new RpcError('PERMISSION_DENIED', 'Not you.');
          return next(call);
        },
      ],
    });
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({
      code: 'PERMISSION_DENIED',
      executed: 'no',
    });
    const known = client({ metadata: { token: 't' } });
    expect(await network.until(known.add(1, 2))).toEqual({ received: true, value: 3 });
  });

  test('an error of a call that an interceptor makes does not say for this one that it may have run', async () => {
    const { network, client } = worldOf({
      served: [
        () => {
          throw new RpcError('DEADLINE_EXCEEDED', 'The directory does not answer.', { executed: 'unknown' });
        },
      ],
    });
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'no',
    });
  });

  test('changed arguments are what the guard judges and what the handler gets', async () => {
    const { network, desk, client } = worldOf({
      served: [(call, next) => next({ ...call, args: call.args.map((each) => (each as number) - 5) })],
    });
    expect(await network.until(client().add(10, 20))).toEqual({ received: true, value: 20 });
    expect(guarded).toEqual([[5, 15]]);
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      executed: 'no',
    });
    expect(desk.runs).toBe(1);
  });

  test('arguments that a guard refuses are counted as such behind interceptors, too', async () => {
    const { network, server, client } = worldOf({ served: [passing] });
    expect(await network.until(errorOf(client().add(-1, 2)))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      executed: 'no',
    });
    expect(server.stats().dropped).toMatchObject({ 'refused-args': 1, 'intercepted': 0 });
  });

  test('an interceptor can correct what the guard refuses', async () => {
    const { network, client } = worldOf({
      served: [
        (call, next) => {
          try {
            return next(call);
          } catch {
            return next({ ...call, args: [1, 1] });
          }
        },
      ],
    });
    expect(await network.until(client().add(-1, 2))).toEqual({ received: true, value: 2 });
    expect(guarded).toHaveLength(2);
  });

  test('a handler that may run once is not run twice; one that is idempotent is', async () => {
    const twice: ServerInterceptor = (call, next) => {
      next(call);
      return next(call);
    };
    const { network, desk, client } = worldOf({ served: [twice] });
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: 'Desk.add is at-most-once, so its handler runs once. An interceptor may call next once.',
      executed: 'yes',
    });
    expect(desk.runs).toBe(1);
    expect(await network.until(client().balance())).toEqual({ received: true, value: 3 });
  });

  test("an interceptor can answer in place of the handler, and its answer is guarded as the handler's", async () => {
    const { network, desk, client } = worldOf({ served: [() => 42] });
    expect(await network.until(client().add(1, 2))).toEqual({ received: true, value: 42 });
    expect(desk.runs).toBe(0);
    const unsendable = worldOf({ served: [() => () => undefined] });
    expect(await unsendable.network.until(errorOf(unsendable.client().add(1, 2)))).toMatchObject({
      code: 'INTERNAL',
      executed: 'no',
    });
  });

  test('a synchronous handler behind synchronous interceptors is answered in the turn of its request', async () => {
    const { network, desk, client, server } = worldOf({ served: [passing, passing] });
    const sent: Uint8Array[] = [];
    network.tap = (datagram, _to, from) => {
      if (from.port === 2) sent.push(datagram.slice());
    };
    void client().add(1, 2);
    await network.advance(0);
    // The same request again, of a stranger: it is delivered by hand, and nothing is awaited.
    const answered = (): number[] => [desk.runs, server.stats().requests.answered];
    expect(answered()).toEqual([0, 0]);
    for (const datagram of sent) network.inject(datagram, { host: '10.0.0.3', port: 3 }, server.address);
    expect(answered()).toEqual([1, 1]);
  });

  test('metadata and signal that an interceptor passes on are those that the handler finds', async () => {
    const seen: unknown[] = [];
    const abort = new AbortController();
    const { network, server, caller } = worldOf();
    @RpcService('Looker')
    class Looker {
      @RpcMethod()
      look(): string {
        const { metadata, signal, remainingMs } = rpcContext();
        seen.push(signal === abort.signal, remainingMs);
        return metadata.user!;
      }
    }
    server.serve(new Looker(), {
      interceptors: [
        (call, next) => next({ ...call, metadata: { user: 'snake' }, signal: abort.signal, timeoutMs: 50 }),
        (call, next) => {
          seen.push(call.signal === abort.signal, call.timeoutMs);
          return next(call);
        },
      ],
    });
    const looker = createClient(Looker, caller.peer(server.address));
    expect(await network.until(looker.look())).toEqual({ received: true, value: 'snake' });
    expect(seen).toEqual([true, 50, true, 50]);
  });

  test('what the interceptor was given says when the handler has run; facts stay facts whatever is passed on', async () => {
    const seen: unknown[] = [];
    const { network, client } = worldOf({
      served: [
        (call, next) => {
          seen.push(call.executed);
          const forged = { ...call, side: 'client', stream: true, remote: 'nobody', values: {}, method: {} };
          const value = next(forged as unknown as InterceptedCall);
          seen.push(call.executed);
          return value;
        },
        (call, next) => {
          const { side, stream, remote, method } = call;
          seen.push({ side, stream, remote, method: `${method.service}.${method.property}` });
          return next(call);
        },
      ],
    });
    await network.until(client().add(1, 2));
    expect(seen).toEqual(['no', { side: 'server', stream: false, remote: '10.0.0.2:2', method: 'Desk.add' }, 'yes']);
  });

  test.each([
    ['nothing', undefined, 'next() takes the call, or a copy of it such as { ...call, args }, not undefined.'],
    ['arguments that are no array', { args: 'x' }, 'args must be an array, not "x".'],
    [
      'metadata that is no text',
      { metadata: { a: 1 } },
      'metadata must be an object whose values are strings, not an object.',
    ],
    ['a signal that is none', { signal: 'stop' }, 'signal must be an AbortSignal, not "stop".'],
    ['a time that is none', { timeoutMs: -1 }, 'timeoutMs must be a number of milliseconds, not -1.'],
  ])('%s is no call to go on with: a mistake for the log of its own side', async (_what, given, message) => {
    const lines: string[] = [];
    const keep = (line: string): void => void lines.push(line);
    const { network, desk, client } = worldOf({
      server: { logger: { debug: keep, info: keep, warn: keep, error: keep } },
      served: [(_call, next) => next(given as unknown as InterceptedCall)],
    });
    expect(await network.until(errorOf(client().add(1, 2)))).toMatchObject({ code: 'INTERNAL', executed: 'no' });
    expect(desk.runs).toBe(0);
    expect(lines.join('\n')).toContain(`An interceptor passed on what is no call: ${message}`);
  });

  test('they stand around reflection, too: what keeps strangers out keeps them from asking what is served', async () => {
    const asked: string[] = [];
    const { network, caller, server } = worldOf({
      server: {
        reflection: true,
        interceptors: {
          server: [
            (call, next) => {
              asked.push(call.method.service);
              return next(call);
            },
          ],
        },
      },
    });
    const { Reflection } = await import('../../../src/index');
    await network.until(createClient(Reflection, caller.peer(server.address)).services());
    expect(asked).toEqual(['rpcudp.Reflection']);
  });

  test('calls that interceptors make wait no longer than their own caller', async () => {
    const left: (number | undefined)[] = [];
    const { network, caller, server, client } = worldOf({
      served: [
        async (call, next) => {
          left.push(rpcContext().remainingMs);
          return next(call);
        },
      ],
    });
    expect(caller.address).not.toEqual(server.address);
    await network.until(withOptions(client(), { timeoutMs: 200 }).add(1, 2));
    expect(left[0]).toBeGreaterThan(100);
    expect(left[0]).toBeLessThanOrEqual(200);
  });
});

describe('context values', () => {
  const TENANT = contextKey('tenant', 'nobody');

  test('reach the handler, and what it awaits and leaves behind; each call has its own', async () => {
    const later: Promise<string>[] = [];
    @RpcService('Tenants')
    class Tenants {
      @RpcMethod()
      async who(): Promise<string[]> {
        const at = rpcContext().values.get(TENANT);
        later.push(Promise.resolve().then(() => rpcContext().values.get(TENANT)));
        await new Promise((resolve) => setImmediate(resolve));
        return [at, rpcContext().values.get(TENANT)];
      }
    }
    const { network, server, caller } = worldOf();
    server.serve(new Tenants(), {
      interceptors: [
        (call, next) => {
          if (call.metadata.tenant !== undefined) call.values.set(TENANT, call.metadata.tenant);
          return next(call);
        },
      ],
    });
    const tenants = createClient(Tenants, caller.peer(server.address));
    const calls = ['a', 'b', 'c'].map((tenant) => withOptions(tenants, { metadata: { tenant } }).who());
    const without = tenants.who();
    const values = await network.until(Promise.all([...calls, without].map(async (call) => call.orThrow())));
    expect(values).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
      ['nobody', 'nobody'],
    ]);
    expect(await Promise.all(later)).toEqual(['a', 'b', 'c', 'nobody']);
  });

  test('are there without interceptors, and two keys of one name are two keys', async () => {
    const other = contextKey('tenant', 'other');
    const seen: unknown[] = [];
    @RpcService('Keys')
    class Keys {
      @RpcMethod()
      keys(): void {
        const { values } = rpcContext();
        values.set(TENANT, 'set');
        seen.push(values.get(TENANT), values.get(other));
      }
    }
    const { network, server, caller } = worldOf();
    server.serve(new Keys());
    await network.until(createClient(Keys, caller.peer(server.address)).keys());
    expect(seen).toEqual(['set', 'other']);
  });
});

describe('interceptors that are none', () => {
  test.each([
    [{ interceptors: undefined }, 'serve() got interceptors that are undefined.'],
    [{ interceptors: passing }, 'serve(): interceptors must be an array of functions, not a function.'],
    [
      { interceptors: [passing, 'x'] },
      'serve(): interceptors must be an array of functions, and what stands at 1 is "x".',
    ],
    [
      { interceptors: [class Auth {}] },
      'serve(): interceptors must be an array of functions, and what stands at 0 is a class.',
    ],
    [{ interceptor: [] }, 'it knows no option "interceptor".'],
  ])('are refused by serve(): %p', (options, message) => {
    const { server } = worldOf();
    @RpcService('Other')
    class Other {
      @RpcMethod()
      run(): void {}
    }
    expect(() => server.serve(new Other(), options as never)).toThrow(message);
  });

  test.each([
    [undefined, 'interceptors must be an object { client, server }'],
    [[passing], 'it has "0".'],
    [{ servers: [passing] }, 'it has "servers".'],
    [{ server: undefined }, 'interceptors.server must be an array of functions, not undefined.'],
    [{ client: [1] }, 'interceptors.client must be an array of functions, and what stands at 0 is 1.'],
  ])('are refused by bind(): %p', (interceptors, message) => {
    const { network } = worldOf();
    expect(() => network.bind({ interceptors } as never)).toThrow(message);
  });
});
