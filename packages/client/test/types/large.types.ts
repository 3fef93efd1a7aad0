/**
 * Compiled, never run: a large service costs the compiler little. TypeScript gives up where a type takes too many steps, and
 * then this does not compile.
 */
import type { CannotArrive, Client, OrThrow } from '@rpcudp/client';
import type { RpcCall } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Number100 = `${Digit}${Digit}`;

/** A hundred kinds of events, each with a body of its own, in an object that refers to itself. */
type Event = {
  [N in Number100]: { readonly kind: `event-${N}`; readonly at: Date; readonly body: Body<N> };
}[Number100];
interface Body<N extends string> {
  readonly id: N;
  readonly amounts: readonly bigint[];
  readonly byName: ReadonlyMap<string, Set<Uint8Array>>;
  readonly causes: readonly Event[];
  readonly parent?: Body<N> | undefined;
  readonly address: { readonly lines: [first: string, second?: string]; readonly country: `country-${N}` };
}

/** Two hundred methods, half of which speak of all of that. */
type Large = {
  [N in Number100 as `get${N}`]: (event: Event, ...more: Event[]) => Promise<Readonly<Record<N, readonly Event[]>>>;
} & { [N in Number100 as `set${N}`]: (body: Body<N>) => Body<N> };

type LargeClient = Client<Large>;

export type Methods = [
  Expect<Equal<ReturnType<LargeClient['get00']>, RpcCall<Readonly<Record<'00', readonly Event[]>>>>>,
  Expect<Equal<ReturnType<LargeClient['set99']>, RpcCall<Body<'99'>>>>,
  Expect<Equal<ReturnType<OrThrow<Large>['get42']>, Promise<Readonly<Record<'42', readonly Event[]>>>>>,
];

interface Impossible {
  readonly event: Event;
  readonly stop: () => void;
}

/** Where something cannot arrive, all of it is written out, which takes more. */
export type WrittenOut = Expect<
  Equal<Awaited<ReturnType<OrThrow<{ give(): Impossible }>['give']>>['stop'], CannotArrive<'a function'>>
>;

export declare const everything: { readonly [K in Extract<keyof LargeClient, string>]: ReturnType<LargeClient[K]> };
