/** Compiled, never run. */
import { createClient, orThrow, withOptions, type Client, type OrThrow } from '@rpcudp/client';
import {
  defineService,
  RpcMethod,
  RpcService,
  type Reply,
  type RpcCall,
  type RpcChannel,
  type ServiceContract,
} from '@rpcudp/core';
import type { CallProgress } from '@rpcudp/core/endpoint';
import type { Equal, Expect } from './expect.js';

declare const channel: RpcChannel;

interface Peer {
  readonly id: Uint8Array;
}

@RpcService('Everything')
class Everything {
  greeting = 'Hello';
  readonly #hidden = 1;
  static create(): Everything {
    return new Everything();
  }

  constructor(private readonly store = new Map<string, number>()) {}

  @RpcMethod()
  sync(name: string): string {
    return name;
  }
  @RpcMethod()
  async later(name: string): Promise<number> {
    return this.store.get(name) ?? this.#hidden;
  }
  @RpcMethod()
  sometimesLater(now: boolean): string | Promise<string> {
    return now ? '' : Promise.resolve('');
  }
  @RpcMethod()
  nothing(): void {}
  @RpcMethod()
  async nothingLater(): Promise<void> {}
  @RpcMethod()
  optional(name: string, mark?: string, times = 1): string {
    return name + (mark ?? '').repeat(times);
  }
  @RpcMethod()
  rest(first: number, ...more: string[]): string[] {
    return [String(first), ...more];
  }
  @RpcMethod()
  withThis(this: Everything, name: string): string {
    return this.greeting + name;
  }
  @RpcMethod()
  generic<T extends Peer, U>(peer: T, value: U): [T, U] {
    return [peer, value];
  }
  @RpcMethod()
  anything(value: unknown): unknown {
    return value;
  }
  @RpcMethod()
  fails(): never {
    throw new Error();
  }

  two(key: string): string;
  two(key: number): Promise<number>;
  @RpcMethod()
  two(key: string | number): string | Promise<number> {
    return typeof key === 'string' ? key : Promise.resolve(key);
  }

  four(key: 'a'): 1;
  four(key: 'b'): 2;
  four(key: 'c'): 3;
  four(key: 'd'): 4;
  @RpcMethod()
  four(key: string): number {
    return key.length;
  }

  nine(key: 'a'): 1;
  nine(key: 'b'): 2;
  nine(key: 'c'): 3;
  nine(key: 'd'): 4;
  nine(key: 'e'): 5;
  nine(key: 'f'): 6;
  nine(key: 'g'): 7;
  nine(key: 'h'): 8;
  nine(key: 'i'): 9;
  @RpcMethod()
  nine(key: string): number {
    return key.length;
  }

  then(): void {}
  get length(): number {
    return this.shielded() + this.secret();
  }
  protected shielded(): number {
    return 1;
  }
  private secret(): number {
    return 1;
  }
}

const client = createClient(Everything, channel);
type C = typeof client;
type P = OrThrow<Everything>;

export type Methods = [
  Expect<Equal<C, Client<Everything>>>,
  Expect<
    Equal<
      Extract<keyof C, string>,
      | 'sync'
      | 'later'
      | 'sometimesLater'
      | 'nothing'
      | 'nothingLater'
      | 'optional'
      | 'rest'
      | 'withThis'
      | 'generic'
      | 'anything'
      | 'fails'
      | 'two'
      | 'four'
      | 'nine'
    >
  >,
  Expect<Equal<C['sync'], (name: string) => RpcCall<string>>>,
  Expect<Equal<C['later'], (name: string) => RpcCall<number>>>,
  Expect<Equal<C['sometimesLater'], (now: boolean) => RpcCall<string>>>,
  Expect<Equal<C['nothing'], () => RpcCall<void>>>,
  Expect<Equal<C['nothingLater'], () => RpcCall<void>>>,
  Expect<Equal<C['optional'], (name: string, mark?: string, times?: number) => RpcCall<string>>>,
  Expect<Equal<C['rest'], (first: number, ...more: string[]) => RpcCall<string[]>>>,
  // What `this` has to be concerns the other side alone.
  Expect<Equal<C['withThis'], (name: string) => RpcCall<string>>>,
  // Type parameters become their constraints.
  Expect<Equal<C['generic'], (peer: Peer, value: unknown) => RpcCall<[Peer, unknown]>>>,
  Expect<Equal<C['anything'], (value: unknown) => RpcCall<unknown>>>,
  Expect<Equal<C['fails'], () => RpcCall<never>>>,
  Expect<Equal<ReturnType<C['later']>['progress'], CallProgress>>,
  Expect<Equal<P['later'], (name: string) => Promise<number>>>,
  Expect<Equal<P['sync'], (name: string) => Promise<string>>>,
  Expect<Equal<P['nothing'], () => Promise<void>>>,
  Expect<Equal<keyof P, Extract<keyof C, string>>>,
];

export const overloads = [
  client.two('a'),
  client.two(1),
  client.four('a'),
  client.four('d'),
  client.nine('b'),
  client.nine('i'),
] as const;
export type Overloads = Expect<
  Equal<typeof overloads, readonly [RpcCall<string>, RpcCall<number>, RpcCall<1>, RpcCall<4>, RpcCall<2>, RpcCall<9>]>
>;

export const notCallable = [
  // @ts-expect-error -- only the last eight overloads are kept
  client.nine('a'),
  // @ts-expect-error -- no overload takes it
  client.two(true),
  // @ts-expect-error -- a string is wanted
  client.sync(1),
  // @ts-expect-error -- an argument is wanted
  client.sync(),
  // @ts-expect-error -- one argument is enough
  client.sync('Snake', 'Plissken'),
  // @ts-expect-error -- strings follow
  client.rest(1, 2),
  // @ts-expect-error -- the constraint holds
  client.generic({ id: 'no bytes' }, 1),
];

export const absent = [
  // @ts-expect-error -- a client is not thenable
  client.then,
  // @ts-expect-error -- a field is no method
  client.greeting,
  // @ts-expect-error -- an accessor is no method
  client.length,
  // @ts-expect-error -- a protected member
  client.shielded,
  // @ts-expect-error -- a private member
  client.secret,
  // @ts-expect-error -- a private member
  client.store,
  // @ts-expect-error -- a static member
  client.create,
];

// @ts-expect-error -- methods are read-only
client.sync = client.withThis;

/** Awaiting a client, by mistake or out of an async function, gives the client. */
export type NotThenable = Expect<Equal<Awaited<C>, C>>;

export async function narrowing(): Promise<number> {
  const reply = await client.later('Snake Plissken');
  type Awaiting = Expect<Equal<typeof reply, Reply<number>>>;
  // @ts-expect-error -- nobody knows yet whether there is a value
  const tooEarly: unknown = reply.value;
  const value: Awaiting extends true ? number : never = reply.received ? reply.value : Number(tooEarly);
  return value + (await client.later('Snake Plissken').orThrow());
}

export const patient = withOptions(client, { timeoutMs: 200, metadata: { trace: '1' } });
export const throwing = orThrow(client);
export const throwingPatient = orThrow(withOptions(withOptions(client, {}), { timeoutMs: 1 }));

export type Views = [
  Expect<Equal<typeof patient, Client<Everything>>>,
  Expect<Equal<typeof throwing, OrThrow<Everything>>>,
  Expect<Equal<typeof throwingPatient, OrThrow<Everything>>>,
];

export const misused = [
  // @ts-expect-error -- no such option
  withOptions(client, { timeout: 200 }),
  // @ts-expect-error -- no such option
  createClient(Everything, channel, { timeout: 200 }),
  // @ts-expect-error -- the class is wanted, not an instance
  createClient(new Everything(), channel),
  // @ts-expect-error -- a channel is wanted
  createClient(Everything, '127.0.0.1:1234'),
];

/** What the rest of a program may ask for, knowing neither the network nor the class. */
interface AsyncGreeter {
  sayHi(name: string): Promise<string>;
  count(): Promise<number>;
}

@RpcService('Greeter')
class Greeter implements AsyncGreeter {
  @RpcMethod()
  async sayHi(name: string): Promise<string> {
    return name;
  }
  @RpcMethod()
  async count(): Promise<number> {
    return 1;
  }
}

const greeter = createClient(Greeter, channel);
export const standIn: AsyncGreeter = orThrow(greeter);
export const standInForClass: Greeter = orThrow(greeter);

interface Node {
  ping(): string;
  findNode(key: Uint8Array): Promise<[Uint8Array, string][]>;
}

export const fromContract = createClient(
  defineService<Node>('Node', { ping: {}, findNode: { name: 'find_node' } }),
  channel,
);
export const narrowed = createClient<Pick<Greeter, 'sayHi'>>(Greeter, channel);

export type FromContract = [
  Expect<Equal<typeof fromContract, Client<Node>>>,
  Expect<Equal<(typeof fromContract)['ping'], () => RpcCall<string>>>,
  Expect<Equal<(typeof fromContract)['findNode'], (key: Uint8Array) => RpcCall<[Uint8Array, string][]>>>,
  Expect<Equal<Extract<keyof typeof narrowed, string>, 'sayHi'>>,
];

declare const call: <T>(value: T) => RpcCall<T>;

/** A fake for tests is a plain object with the methods that are used. */
export const fake: Client<Greeter> = { sayHi: (name) => call(name), count: () => call(1) };

// @ts-expect-error -- a method is missing
export const incomplete: Client<Greeter> = { sayHi: (name: string) => call(name) };

export const wrong: Client<Greeter> = {
  sayHi: (name) => call(name),
  // @ts-expect-error -- a number is promised
  count: () => call('one'),
};

/** A client works where a client of fewer methods is wanted. */
export const fewer: Client<Pick<Greeter, 'sayHi'>> = greeter;

abstract class Base {
  protected constructor() {}
  abstract one(): string;
}

class Generic<T> {
  constructor(readonly value: T) {}
  get(): T | undefined {
    return this.value;
  }
}

export const generic = createClient(Generic<string>, channel);

class Singleton {
  static readonly instance = new Singleton();
  private constructor() {}
  get(): string {
    return this.secret();
  }
  private secret(): string {
    return '';
  }
}

/** Classes whose constructor only they or their subclasses may call. */
export const hidden = [createClient(Base, channel), createClient<Singleton>(Singleton, channel)];
export const singleton = createClient(Singleton, channel);

export const noClasses = [
  // @ts-expect-error -- a function is no class
  createClient(() => 1, channel),

  // @ts-expect-error -- an instance is no class
  createClient(Singleton.instance, channel),

  // @ts-expect-error -- that is another class
  createClient<Singleton>(Everything, channel),
];
export type Classes = [
  Expect<Equal<ReturnType<typeof generic.get>, RpcCall<string | undefined>>>,
  Expect<Equal<typeof singleton, Client<Singleton>>>,
];

export function throughGenerics<S extends object>(contract: ServiceContract<S>): Client<S> {
  return withOptions(createClient(contract, channel), { timeoutMs: 100 });
}
