import type { CallOptions, RpcCall, RpcChannel, ServiceContract } from '@rpcudp/core';
import type { RemoteMethodName } from '@rpcudp/core/service';

/** Where a stub keeps what it was made of. From the global registry, so that copies of this package know each other's. */
export const STUB: unique symbol = Symbol.for('rpcudp.stub');

/** What a stub was made of. */
export interface StubParts<S> {
  readonly contract: ServiceContract<S>;
  readonly channel: RpcChannel;
  readonly options: CallOptions;
}

/** What an overload of a service's method becomes in a stub. */
type Call<P extends unknown[], R> = (...args: P) => RpcCall<Awaited<R>>;
/** What it becomes in the view of `orThrow`. */
type Promised<P extends unknown[], R> = (...args: P) => Promise<Awaited<R>>;

/**
 * A service's method as a stub has it: same parameters, and what it resolves to inside an `RpcCall`. Up to four overloads
 * are kept. A generic method takes its type parameters' constraints, for types cannot be computed over generics.
 */
type RemoteMethod<F> = F extends {
  (...args: infer P1): infer R1;
  (...args: infer P2): infer R2;
  (...args: infer P3): infer R3;
  (...args: infer P4): infer R4;
}
  ? Call<P1, R1> & Call<P2, R2> & Call<P3, R3> & Call<P4, R4>
  : never;
type PromisedMethod<F> = F extends {
  (...args: infer P1): infer R1;
  (...args: infer P2): infer R2;
  (...args: infer P3): infer R3;
  (...args: infer P4): infer R4;
}
  ? Promised<P1, R1> & Promised<P2, R2> & Promised<P3, R3> & Promised<P4, R4>
  : never;

/**
 * The typed stub of a service: a plain object with one function for each remote method, nothing else. Not thenable, no
 * `Proxy`. Private and protected members, fields, and a method called `then` are absent.
 *
 * Decorators cannot change types, so a public method without `@RpcMethod` is in the type but not in the object. Make such
 * a method `protected`, or name the remote ones: `Client<Pick<Greeter, 'sayHi'>>`.
 */
export type Client<S> = {
  readonly [K in RemoteMethodName<S>]: RemoteMethod<S[K]>;
} & { readonly [STUB]?: StubParts<S> };

/** The view that {@link orThrow} gives: methods that return plain promises of the value itself. */
export type OrThrow<S> = {
  readonly [K in RemoteMethodName<S>]: PromisedMethod<S[K]>;
};
