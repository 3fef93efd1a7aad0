/** Compiled, never run: what a client's types say of results that arrive, and of those that cannot. */
import type { CannotArrive, Client, OrThrow } from '@rpcudp/client';
import type { RpcCall } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

/** What a client says of a method that gives `T`. */
type Arriving<T> = ReturnType<Client<{ give(): T }>['give']> extends RpcCall<infer R> ? R : 'no call';
type Arrives<T> = Equal<Arriving<T>, T>;

interface Tree {
  value: string;
  readonly children: Tree[];
  parent?: Tree | undefined;
  byName: Map<string, Tree>;
}
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type ReadonlyJson = string | null | readonly ReadonlyJson[] | { readonly [key: string]: ReadonlyJson };
/** As Prisma writes it. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an alias of an array is another shape
interface JsonArray extends Array<JsonValue> {}
type JsonObject = { [Key in string]?: JsonValue };
type JsonValue = string | number | boolean | JsonObject | JsonArray | null;
type Pairs = [number, Pairs][];
type List = [head: number, tail: List] | null;
type Expression = number | readonly ['+' | '-', ...Expression[]] | [op: 'if', Expression, Expression, Expression?];
interface Expanding<T> {
  value: T;
  next?: Expanding<T[]>;
}
declare const tag: unique symbol;
type Id = string & { readonly __brand: 'Id' };
type Tagged = { readonly price: bigint } & { readonly [tag]: 'Tagged' };
enum Color {
  Red,
  Green,
}
type Shape = { kind: 'circle'; radius: number } | { kind: 'photo'; at: Date; tags: Set<string> };
interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}
class Fields {
  a = 1;
  readonly b?: string;
  declare readonly c: Date;
}
class NotFound extends Error {
  readonly key = '';
}

export type AsTheyAre = [
  Expect<Arrives<string | number | bigint | boolean | null | undefined>>,
  Expect<Arrives<void>>,
  Expect<Arrives<never>>,
  Expect<Arrives<unknown>>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- services have it
  Expect<Arrives<any>>,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- services have them
  Expect<Arrives<{ a: any; b: unknown; c: never; d?: object; e: {} }>>,
  Expect<Arrives<object>>,
  Expect<Arrives<Date | RegExp | URL | Error | ArrayBuffer | DataView>>,
  Expect<Arrives<Uint8Array | Float64Array | BigInt64Array>>,
  Expect<Arrives<Uint8Array<ArrayBuffer>>>,
  Expect<Arrives<Map<string, Set<bigint>>>>,
  Expect<Arrives<ReadonlyMap<Date, ReadonlySet<string>>>>,
  Expect<Arrives<AggregateError>>,
  Expect<Arrives<NotFound>>,
  Expect<Arrives<[a: string, b?: number, ...c: Date[]]>>,
  Expect<Arrives<readonly [1, 2]>>,
  Expect<Arrives<Color>>,
  Expect<Arrives<Record<Color, bigint>>>,
  Expect<Arrives<{ [key: string]: number; [key: `x-${string}`]: 1 }>>,
  Expect<Arrives<Id>>,
  Expect<Arrives<Tagged>>,
  Expect<Arrives<Shape>>,
  Expect<Arrives<Page<Shape>>>,
  Expect<Arrives<Fields>>,
  Expect<Arrives<Tree>>,
  Expect<Arrives<Json>>,
  Expect<Arrives<ReadonlyJson>>,
  Expect<Arrives<JsonValue>>,
  Expect<Arrives<JsonArray>>,
  Expect<Arrives<Pairs>>,
  Expect<Arrives<List>>,
  Expect<Arrives<Expression>>,
  Expect<Arrives<Expanding<string>>>,
];

class Money {
  constructor(readonly cents: bigint) {}
  plus(other: Money): Money {
    return new Money(this.cents + other.cents);
  }
}
class Counter {
  private count = 0;
  step = 1;
  next(): number {
    return (this.count += this.step);
  }
}
class Registry extends Map<string, number> {
  find(): void {}
}
interface Watched {
  name: string;
  watchers: Watched[];
  onChange?: () => void;
}

type AFunction = CannotArrive<'a function'>;
type APromise = CannotArrive<'a promise'>;

export type InTheirPlace = [
  Expect<Equal<Arriving<Buffer>, Uint8Array>>,
  Expect<
    Equal<Arriving<{ readonly body: Buffer; parts?: Buffer[] }>, { readonly body: Uint8Array; parts?: Uint8Array[] }>
  >,
  Expect<Equal<Arriving<Map<string, Buffer>>, Map<string, Uint8Array>>>,
  Expect<Equal<Arriving<[first: Buffer, rest?: string]>, [first: Uint8Array, rest?: string]>>,
  Expect<Equal<Arriving<() => void>, AFunction>>,
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- services have it
  Expect<Equal<Arriving<Function>, AFunction>>,
  Expect<Equal<Arriving<typeof Money>, AFunction>>,
  Expect<Equal<Arriving<symbol>, CannotArrive<'a symbol'>>>,
  Expect<Equal<Arriving<{ later: Promise<string> }>, { later: APromise }>>,
  Expect<Equal<Arriving<AsyncGenerator<string>[]>, CannotArrive<'an asynchronous iterable'>[]>>,
  Expect<Equal<Arriving<Generator<string>>, CannotArrive<'an iterator'>>>,
  Expect<Equal<Arriving<WeakMap<Tree, string>>, CannotArrive<'a weak reference'>>>,
  Expect<Equal<Arriving<WeakSet<Tree> | WeakRef<Tree>>, CannotArrive<'a weak reference'>>>,
  // A class with methods arrives without them.
  Expect<Equal<Arriving<Money>, { readonly cents: bigint; plus: AFunction }>>,
  Expect<Equal<Arriving<Counter>, { step: number; next: AFunction }>>,
  Expect<Equal<Arriving<Registry>, Map<string, number>>>,
  // What arrives beside it keeps its name.
  Expect<Equal<Arriving<Shape | (() => void) | undefined>, Shape | AFunction | undefined>>,
  // However deep it is, and in types that refer to themselves.
  Expect<Equal<Arriving<{ a?: { b: { c: (() => void)[] }[] } }>, { a?: { b: { c: AFunction[] }[] } }>>,
  Expect<Equal<Arriving<Watched>['watchers'][number]['watchers'][number]['onChange'], AFunction | undefined>>,
  // A promise of the result itself is waited for by the server.
  Expect<Equal<Arriving<Promise<Money>>, { readonly cents: bigint; plus: AFunction }>>,
];

interface Bytes {
  digest(text: string): Promise<Buffer>;
}

/** Where the contract makes of each answer what the service says, as those of generated clients do, its types hold. */
export type ByTheService = [
  Expect<Equal<Client<Bytes, 'service'>['digest'], (text: string) => RpcCall<Buffer>>>,
  Expect<Equal<OrThrow<Bytes, 'service'>['digest'], (text: string) => Promise<Buffer>>>,
  Expect<Equal<OrThrow<Bytes>['digest'], (text: string) => Promise<Uint8Array>>>,
];

declare const money: Client<{ balance(): Money }>;

export async function misused(): Promise<unknown> {
  const balance = await money.balance().orThrow();
  // @ts-expect-error -- what arrives has no methods
  return [balance.cents, balance.plus(balance)];
}
