import {
  PendingCall,
  RpcError,
  RpcMethod,
  RpcService,
  type CallOptions,
  type Reply,
  type RpcChannel,
} from '@rpcudp/core';
import { createClient } from './create-client.js';
import { orThrow, withOptions } from './views.js';

@RpcService('Greeter')
class Greeter {
  @RpcMethod()
  sayHi(name: string): string {
    return `Hello ${name}`;
  }

  @RpcMethod()
  async count(): Promise<number> {
    return 1;
  }
}

/** A channel that ends every call in the same way, and keeps the options it was given. */
function channelTo(end: Reply<unknown> | RpcError): { channel: RpcChannel; options: (CallOptions | undefined)[] } {
  const options: (CallOptions | undefined)[] = [];
  const channel: RpcChannel = {
    remote: 'nowhere',
    call(_method, _args, given) {
      options.push(given);
      const call = new PendingCall<unknown>();
      if (RpcError.is(end)) call.fail(end);
      else call.end(end);
      return call;
    },
  };
  return { channel, options };
}

const ANSWER = { received: true, value: 'answer' } as const;

describe('withOptions', () => {
  test('replaces what the client had option by option, the latest last', () => {
    const { channel, options } = channelTo(ANSWER);
    const { signal } = new AbortController();
    const client = createClient(Greeter, channel, { timeoutMs: 100, metadata: { trace: 'a' } });

    void withOptions(client, { timeoutMs: 200 }).count();
    void withOptions(withOptions(client, { timeoutMs: 200, signal }), { timeoutMs: 300 }).count();
    void withOptions(client, { metadata: { span: 'b' } }).count();

    expect(options).toEqual([
      { timeoutMs: 200, metadata: { trace: 'a' } },
      { timeoutMs: 300, metadata: { trace: 'a' }, signal },
      { timeoutMs: 100, metadata: { span: 'b' } },
    ]);
  });

  test('leaves the client as it was', () => {
    const { channel, options } = channelTo(ANSWER);
    const client = createClient(Greeter, channel, { timeoutMs: 100 });

    const patient = withOptions(client, { timeoutMs: 200 });
    void client.count();

    expect(patient).not.toBe(client);
    expect(options).toEqual([{ timeoutMs: 100 }]);
  });

  test('gives a client: a plain object with the same methods', () => {
    const { channel } = channelTo(ANSWER);
    const patient = withOptions(createClient(Greeter, channel), { timeoutMs: 200 });

    expect(Object.keys(patient)).toEqual(['sayHi', 'count']);
    expect('then' in patient).toBe(false);
  });
});

describe('orThrow', () => {
  test('gives methods that return a promise of the value', async () => {
    const greeter = orThrow(createClient(Greeter, channelTo(ANSWER).channel));
    const call = greeter.sayHi('Snake');

    expect(call).toBeInstanceOf(Promise);
    expect(await call).toBe('answer');
  });

  test('makes an exception of silence that does not claim to know whether the method ran', async () => {
    const greeter = orThrow(createClient(Greeter, channelTo({ received: false }).channel));

    await expect(greeter.sayHi('Snake')).rejects.toMatchObject({
      name: 'RpcError',
      code: 'DEADLINE_EXCEEDED',
      executed: 'unknown',
    });
  });

  test('rejects with the error of a call that failed', async () => {
    const error = new RpcError('PAYLOAD_TOO_LARGE', 'Too much.');
    const greeter = orThrow(createClient(Greeter, channelTo(error).channel));

    await expect(greeter.sayHi('Snake')).rejects.toBe(error);
  });

  test('keeps the options of the client', async () => {
    const { channel, options } = channelTo(ANSWER);

    await orThrow(withOptions(createClient(Greeter, channel, { timeoutMs: 100 }), { timeoutMs: 200 })).count();

    expect(options).toEqual([{ timeoutMs: 200 }]);
  });

  test('gives a plain object with the same methods, which work after destructuring', async () => {
    const view = orThrow(createClient(Greeter, channelTo(ANSWER).channel));
    const { sayHi } = view;

    expect(Object.keys(view)).toEqual(['sayHi', 'count']);
    expect('then' in view).toBe(false);
    expect(await sayHi('Snake')).toBe('answer');
  });
});

test('views are made of clients only, not of fakes or of views', () => {
  const view = orThrow(createClient(Greeter, channelTo(ANSWER).channel));
  const refused = (name: string) =>
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: `${name}() takes a client that createClient() made.`,
    }) as Error;

  for (const wrong of [{}, { sayHi: () => ANSWER }, view, new Greeter()]) {
    expect(() => withOptions(wrong as never, {})).toThrow(refused('withOptions'));
    expect(() => orThrow(wrong as never)).toThrow(refused('orThrow'));
  }
});

test('a client that another copy of the package made is a client', () => {
  const { channel, options } = channelTo(ANSWER);
  let other: { createClient: typeof createClient } | undefined;
  jest.isolateModules(() => {
    other = jest.requireActual<{ createClient: typeof createClient }>('./create-client.js');
  });

  const client = other!.createClient(Greeter, channel, { timeoutMs: 100 });
  void withOptions(client, { timeoutMs: 200 }).count();

  expect(other!.createClient).not.toBe(createClient);
  expect(options).toEqual([{ timeoutMs: 200 }]);
});
