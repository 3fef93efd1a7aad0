import type { CallOptions, Reply, RpcCall, RpcChannel, RpcStream, ServiceContract } from '@rpcudp/core';
import type { ClientInterceptor } from '@rpcudp/core/interceptors';
import type { RemoteMethodName } from '@rpcudp/core/service';
import type { Arriving } from './arriving.js';
import type { IsStream, ItemOf, Sending } from './streaming.js';

/** Where a stub keeps what it was made of. From the global registry, so that copies of this package know each other's. */
export const STUB: unique symbol = Symbol.for('rpcudp.stub');

/** What holds for every call of a client. */
export interface ClientOptions extends CallOptions {
  /**
   * What stands around its calls, outermost first, and inside of the interceptors of the endpoint that calls: see
   * `docs/guides/interceptors.md`.
   */
  readonly interceptors?: readonly ClientInterceptor[];
}

/** What a stub was made of. */
export interface StubParts<S> {
  readonly contract: ServiceContract<S>;
  readonly channel: RpcChannel;
  readonly options: ClientOptions;
}

/**
 * Whose word a client's types take for what arrives. `'wire'`: that of the values that travel, which know no `Buffer` and no
 * methods. `'service'`: that of the service, for its contract makes of every answer what its types say.
 */
export type ResultsBy = 'wire' | 'service';

/**
 * The typed stub of a service: a plain object with one function for each remote method, nothing else. Not thenable, no
 * `Proxy`. Private and protected members, fields, optional methods, and a method called `then` are absent.
 *
 * A method's result is what arrives: where the service declares what cannot, a function or a class with methods, the type
 * says `CannotArrive`. Each method keeps its documentation, and up to eight overloads. A generic method takes its type
 * parameters' constraints, for types cannot be computed over generics.
 *
 * A method that answers with many values gives an `RpcStream` of them, and one that takes a stream takes anything that can be
 * iterated.
 *
 * Decorators cannot change types, so a public method without `@RpcMethod` is in the type but not in the object, and so is a
 * field that holds a function. Make such a member `protected`, or name the remote ones: `Client<Pick<Greeter, 'sayHi'>>`.
 */
export type Client<S, By extends ResultsBy = 'wire'> = Stub<S, RemoteMethodName<S>, 'call', By> & {
  readonly [STUB]?: StubParts<S>;
};

/** The view that {@link orThrow} gives: methods that return plain promises of the value itself, or streams as they are. */
export type OrThrow<S, By extends ResultsBy = 'wire'> = Stub<S, RemoteMethodName<S>, 'promise', By>;

/**
 * A client whatever it is of, also if its types come from another copy of this package, whose `STUB` is another symbol to
 * TypeScript: then it is known by what its methods give.
 */
export type AnyClient<C> =
  | { readonly [STUB]?: unknown }
  | {
      readonly [P in keyof C]: P extends string
        ? (...args: never) => PromiseLike<Reply<unknown>> | AsyncIterable<unknown>
        : unknown;
    };

/** The view of a client by its own type. */
export type Throwing<C> = {
  readonly [P in keyof C as P extends string ? P : never]: StubMethod<C[P], 'promise', 'reply'>;
};

/**
 * The methods of a stub. A mapping of properties by a parameter of type `keyof S`, which makes editors find the methods of
 * the service behind those of the stub: their documentation, their definition, whether they are deprecated.
 */
type Stub<S, K extends keyof S, Gives extends 'call' | 'promise', By extends ResultsBy> = {
  readonly [P in K]: StubMethod<S[P], Gives, By>;
};

/** A service's method as a stub has it, each overload on its own. Where there are fewer, the first counts several times. */
type StubMethod<F, Gives, By> = F extends {
  (...args: infer P1): infer R1;
  (...args: infer P2): infer R2;
  (...args: infer P3): infer R3;
  (...args: infer P4): infer R4;
  (...args: infer P5): infer R5;
  (...args: infer P6): infer R6;
  (...args: infer P7): infer R7;
  (...args: infer P8): infer R8;
}
  ? Overload<P1, R1, Gives, By> &
      Overload<P2, R2, Gives, By> &
      Overload<P3, R3, Gives, By> &
      Overload<P4, R4, Gives, By> &
      Overload<P5, R5, Gives, By> &
      Overload<P6, R6, Gives, By> &
      Overload<P7, R7, Gives, By> &
      Overload<P8, R8, Gives, By>
  : never;

type Overload<P extends unknown[], R, Gives, By> = (
  ...args: Sending<P>
) => IsStream<Awaited<R>> extends true
  ? RpcStream<Item<Awaited<R>, By>>
  : Gives extends 'call'
    ? RpcCall<Result<R, By>>
    : Promise<Result<R, By>>;

/** A value of a stream. */
type Item<S, By> = By extends 'wire' ? Arriving<ItemOf<S>> : ItemOf<S>;

type Result<R, By> = By extends 'reply'
  ? Extract<Awaited<R>, { readonly received: true; readonly value: unknown }>['value']
  : By extends 'service'
    ? Awaited<R>
    : Arriving<Awaited<R>>;
