import {
  defineService,
  PendingCall,
  RpcCall,
  RpcMethod,
  RpcService,
  type CallOptions,
  type RpcChannel,
} from '@rpcudp/core';
import { contractOf, type MethodContract } from '@rpcudp/core/service';
import type { Client } from './client.js';
import { createClient } from './create-client.js';

@RpcService('Greeter')
class Greeter {
  greeting = 'Hello';

  @RpcMethod({ name: 'say_hi' })
  sayHi(name: string, mark?: string): string {
    return `${this.greeting} ${name}${mark ?? ''}`;
  }

  @RpcMethod()
  async count(): Promise<number> {
    return 1;
  }

  local(): void {}
}

type Call = [method: MethodContract, args: readonly unknown[], options: CallOptions | undefined];

/** A channel that answers each call with the name of its method, and keeps what it was given. */
function namingChannel(): { channel: RpcChannel; calls: Call[] } {
  const calls: Call[] = [];
  const channel: RpcChannel = {
    remote: 'nowhere',
    call(...call) {
      calls.push([call[0], call[1], call[2]]);
      const pending = new PendingCall<unknown>();
      pending.end({ received: true, value: call[0].name });
      return pending;
    },
  };
  return { channel, calls };
}

test('a stub is a plain object with one enumerable function for each remote method, and nothing else', () => {
  const greeter = createClient(Greeter, namingChannel().channel);

  expect(Object.getPrototypeOf(greeter)).toBe(Object.prototype);
  expect(Object.keys(greeter)).toEqual(['sayHi', 'count']);
  expect(Object.values(greeter).map((method) => typeof method)).toEqual(['function', 'function']);
  expect({ ...greeter }).toEqual({ sayHi: expect.any(Function) as unknown, count: expect.any(Function) as unknown });
});

test('a stub can be returned from an async function, for it has no then', async () => {
  const greeter = createClient(Greeter, namingChannel().channel);

  expect('then' in greeter).toBe(false);
  expect(await Promise.resolve(greeter)).toBe(greeter);
  expect(JSON.stringify(greeter)).toBe('{}');
});

test('a method sends its contract, its arguments and the options of the client', () => {
  const { channel, calls } = namingChannel();
  const options = { timeoutMs: 200 };

  void createClient(Greeter, channel, options).sayHi('Snake', '!');

  expect(calls).toEqual([[contractOf(Greeter).methods.get('sayHi'), ['Snake', '!'], options]]);
});

test('without options nothing is said about a call', () => {
  const { channel, calls } = namingChannel();

  void createClient(Greeter, channel).count();

  expect(calls[0]?.[2]).toEqual({});
});

test('a call is sent when it is made, once, whether anybody waits for it or not', async () => {
  const { channel, calls } = namingChannel();

  const call = createClient(Greeter, channel).sayHi('Snake');
  expect(calls).toHaveLength(1);
  await call;
  await call.orThrow();

  expect(calls).toHaveLength(1);
});

test('a method gives what the channel gave', async () => {
  const call = createClient(Greeter, namingChannel().channel).sayHi('Snake');

  expect(call).toBeInstanceOf(RpcCall);
  expect(await call).toEqual({ received: true, value: 'say_hi' });
  expect(await call.orThrow()).toBe('say_hi');
});

test('methods work after destructuring, and as callbacks', async () => {
  const { channel, calls } = namingChannel();
  const { sayHi, count } = createClient(Greeter, channel);

  expect(await sayHi('Snake').orThrow()).toBe('say_hi');
  expect(await count().orThrow()).toBe('count');
  await Promise.all(['a', 'b'].map((name) => sayHi(name)));
  expect(calls.map(([, args]) => args)).toEqual([['Snake'], [], ['a'], ['b']]);
});

test('a client is made from the contract of defineService, too', async () => {
  const node = defineService<{ findNode(key: Uint8Array): string }>('Node', { findNode: { name: 'find_node' } });
  const client = createClient(node, namingChannel().channel);

  expect(Object.keys(client)).toEqual(['findNode']);
  expect(await client.findNode(Uint8Array.of(1)).orThrow()).toBe('find_node');
});

test('clients of one class know nothing of each other', () => {
  const first = namingChannel();
  const second = namingChannel();

  void createClient(Greeter, first.channel).count();
  void createClient(Greeter, second.channel, { timeoutMs: 1 }).sayHi('Snake');

  expect(first.calls.map(([{ property }]) => property)).toEqual(['count']);
  expect(second.calls.map(([{ property }]) => property)).toEqual(['sayHi']);
});

test('a plain object with the methods is a client to whoever takes one', async () => {
  const answer = <T>(value: T): RpcCall<T> => {
    const call = new PendingCall<T>();
    call.end({ received: true, value });
    return call;
  };
  const fake: Client<Pick<Greeter, 'sayHi' | 'count'>> = {
    sayHi: (name) => answer(`fake ${name}`),
    count: () => answer(7),
  };
  const total = async (greeter: Client<Pick<Greeter, 'count'>>) => (await greeter.count().orThrow()) + 1;

  expect(await total(fake)).toBe(8);
});

class Plain {
  local(): void {}
}

test.each<[string, unknown, RegExp]>([
  ['a class that is not decorated', Plain, /Plain is not a service. Decorate it with @RpcService\('Plain'\)/],
  ['an instance', new Greeter(), /A service is named by its class, or by what defineService\(\) gave/],
  ['undefined', undefined, /A service is named by its class/],
])('%s is no service to make a client of', (_what, service, message) => {
  const make = () => createClient(service as typeof Greeter, namingChannel().channel);

  expect(make).toThrow(
    expect.objectContaining({ code: 'INVALID_SERVICE', message: expect.stringMatching(message) as string }),
  );
});
