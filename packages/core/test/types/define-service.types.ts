/** Compiled, never run. */
import { defineService, type ServiceContract } from '@rpcudp/core';
import { contractOf, type RemoteMethodName, type RpcMethodOptions } from '@rpcudp/core/service';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { z } from 'zod';
import type { Equal, Expect } from './expect.js';

interface Node {
  ping(): string;
  findNode(key: Uint8Array, count?: number): Promise<[Uint8Array, string][]>;
}

class Greeter {
  greeting = 'Hello';
  readonly onGreet: string[] = [];
  optional?: string;
  static create(): Greeter {
    return new Greeter();
  }
  get length(): number {
    return this.greeting.length;
  }
  sayHi(name: string): string {
    return `${this.greeting} ${name}${this.secret()}${this.shielded()}${this.#hidden()}`;
  }
  then(): void {}
  toJSON(): string {
    return '';
  }
  [Symbol.iterator](): Iterator<string> {
    return [][Symbol.iterator]();
  }
  1(): void {}
  protected shielded(): string {
    return '';
  }
  private secret(): string {
    return '';
  }
  #hidden(): string {
    return '';
  }
}

export type RemoteNames = [
  Expect<Equal<RemoteMethodName<Node>, 'ping' | 'findNode'>>,
  // Fields, accessors, hidden members, statics, reserved names, symbols and numbers are no remote methods.
  Expect<Equal<RemoteMethodName<Greeter>, 'sayHi'>>,
  // An optional member is none either: it need not be there.
  Expect<Equal<RemoteMethodName<{ a(): void; b?(): void; c?: string }>, 'a'>>,
  Expect<Equal<RemoteMethodName<{ a: string }>, never>>,
];

class Singleton {
  static readonly instance = new Singleton();
  private constructor() {}
  get(): string {
    return '';
  }
}

abstract class Protected<T> {
  protected constructor(readonly value: T) {}
  abstract get(): T;
}

class Generic<T> {
  constructor(readonly value: T) {}
  get(): T {
    return this.value;
  }
}

const node = defineService<Node>('Node', { ping: {}, findNode: { name: 'find_node', timeoutMs: 200 } });
export const fromClass = contractOf(Greeter);
export const fromContract = contractOf(node);
export const fromSingleton = contractOf(Singleton);
export const fromProtected = contractOf(Protected);
export const fromGeneric = contractOf(Generic<string>);

export type Contracts = [
  Expect<Equal<typeof node, ServiceContract<Node>>>,
  Expect<Equal<typeof fromClass, ServiceContract<Greeter>>>,
  Expect<Equal<typeof fromContract, ServiceContract<Node>>>,
  Expect<Equal<typeof fromSingleton, ServiceContract<Singleton>>>,
  Expect<Equal<typeof fromProtected, ServiceContract<Protected<unknown>>>>,
  Expect<Equal<typeof fromGeneric, ServiceContract<Generic<string>>>>,
];

export const agreeing = defineService<Node>('Node', {
  ping: { args: z.tuple([]), result: z.literal('pong') },
  findNode: {
    args: v.tuple([v.instance(Uint8Array), v.optional(v.number())]),
    result: v.array(v.tuple([v.instance(Uint8Array), v.string()])),
  },
});

interface Shop {
  turnover(): Promise<bigint>;
  find(key: 'a'): string;
  find(key: 'b'): Promise<bigint>;
  find(key: 'c'): number;
}

declare const untyped: StandardSchemaV1;

export const convertingClients = defineService<Shop>('Shop', {
  turnover: { result: z.bigint().transform(String), clientResult: z.string().transform(BigInt) },
  find: { clientResult: z.union([z.string(), z.bigint(), z.number()]) },
});

export const oneMethod = defineService<Pick<Greeter, 'sayHi'>>('Greeter', { sayHi: {} });

export const noClasses = [
  // @ts-expect-error -- a function is no class
  contractOf(() => 1),

  // @ts-expect-error -- an instance is no class
  contractOf(Singleton.instance),

  // @ts-expect-error -- that is another class
  contractOf<Singleton>(Greeter),
];

export const mistakes = [
  // @ts-expect-error -- the caller would get a number
  defineService<Pick<Shop, 'turnover'>>('Shop', { turnover: { clientResult: z.number() } }),

  // @ts-expect-error -- without a clientResult the caller would get text
  defineService<Pick<Shop, 'turnover'>>('Shop', { turnover: { result: z.bigint().transform(String) } }),

  // @ts-expect-error -- nobody knows what the caller would get
  defineService<Pick<Shop, 'turnover'>>('Shop', { turnover: { clientResult: untyped } }),

  // @ts-expect-error -- findNode is missing
  defineService<Node>('Node', { ping: {} }),

  // @ts-expect-error -- Node has no findValue
  defineService<Node>('Node', { ping: {}, findNode: {}, findValue: {} }),

  // @ts-expect-error -- a reserved name cannot be remote
  defineService<Greeter>('Greeter', { sayHi: {}, then: {} }),

  // @ts-expect-error -- a field is no method
  defineService<Greeter>('Greeter', { sayHi: {}, greeting: {} }),

  // @ts-expect-error -- no such option
  defineService<Node>('Node', { ping: { timeout: 200 }, findNode: {} }),

  // @ts-expect-error -- a string is no number of milliseconds
  defineService<Node>('Node', { ping: { timeoutMs: '200' }, findNode: {} }),

  // @ts-expect-error -- the method takes bytes
  defineService<Node>('Node', { ping: {}, findNode: { args: z.tuple([z.string()]) } }),

  // @ts-expect-error -- the method needs a key
  defineService<Node>('Node', { ping: {}, findNode: { args: z.tuple([]) } }),

  // @ts-expect-error -- the method returns a string
  defineService<Node>('Node', { ping: { result: z.number() }, findNode: {} }),

  // @ts-expect-error -- the method resolves to an array
  defineService<Node>('Node', { ping: {}, findNode: { result: v.string() } }),

  // @ts-expect-error -- a name is a string
  defineService<Node>(1, { ping: {}, findNode: {} }),
];

// @ts-expect-error -- options are read-only
export const renamed = (options: RpcMethodOptions): string => (options.name = 'other');

/* eslint-disable @typescript-eslint/no-explicit-any -- what is known of it is what this is about */
interface Market {
  watch(symbol: string): AsyncGenerator<number>;
  quotes(): AsyncIterable<string>;
  later(): Promise<AsyncIterable<string>>;
  upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  chat(words: AsyncIterable<string>): AsyncIterable<number>;
  anything(): any;
  plain(): string;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** Nothing tells of a stream by itself here, so each is declared. */
const market = {
  watch: { stream: true, items: z.number(), clientResult: z.number() },
  quotes: { stream: 'server', result: z.string() },
  later: { stream: true },
  upload: { stream: 'client', args: z.tuple([z.string()]), items: z.instanceof(Uint8Array), result: z.number() },
  chat: { stream: 'both', args: z.tuple([]), items: z.string(), result: z.number() },
  anything: { stream: true },
  plain: { stream: false },
} as const;

export const streams = defineService<Market>('Market', market);

export const wrongStreams = [
  // @ts-expect-error -- a generator does not tell by itself without its function
  defineService<Market>('Market', { ...market, watch: {} }),

  // @ts-expect-error -- it answers with a stream
  defineService<Market>('Market', { ...market, quotes: { stream: false } }),

  // @ts-expect-error -- it takes a stream
  defineService<Market>('Market', { ...market, upload: {} }),

  // @ts-expect-error -- it answers once
  defineService<Market>('Market', { ...market, upload: { stream: true } }),

  // @ts-expect-error -- it takes a stream and answers with one
  defineService<Market>('Market', { ...market, chat: { stream: true } }),

  // @ts-expect-error -- it has no stream
  defineService<Market>('Market', { ...market, plain: { stream: true } }),

  // @ts-expect-error -- callers stream bytes
  defineService<Market>('Market', { ...market, upload: { stream: 'client', items: z.string() } }),

  // @ts-expect-error -- each value of the answer is a number
  defineService<Market>('Market', { ...market, chat: { stream: 'both', result: z.string() } }),

  // @ts-expect-error -- what is streamed is none of the arguments
  defineService<Market>('Market', { ...market, upload: { stream: 'client', args: z.tuple([z.string(), z.string()]) } }),
];
