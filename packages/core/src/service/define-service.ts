import { makeContract, methodContract, type ServiceContract } from './contract.js';
import { rememberService } from './declared-services.js';
import type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';
import { checkMethod, checkService, type ReservedMethodName } from './names.js';
import type { AnswerOf, ArgumentsOf, GuardedItem, SignatureStreams } from './stream-types.js';
import { checkStreams } from './streams.js';

/**
 * The properties of a service type that can be remote: its methods, save those with a reserved name. What an index
 * signature lets through has no name that anybody knows.
 */
export type RemoteMethodName<S> = keyof {
  [K in keyof S as K extends ReservedMethodName ? never : S[K] extends Method ? Extract<Named<K>, string> : never]: K;
} &
  keyof S;

type Method = (...args: never[]) => unknown;

/** A key, unless it is that of an index signature: an object need not have those. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- an object without properties is meant
type Named<K extends PropertyKey> = Record<never, never> extends Record<K, unknown> ? never : K;

/** The options of one method of `S`, whose schemas must agree with its signature. */
type OptionsOf<F> = F extends (...args: infer P) => infer R
  ? | (RpcMethodOptions<ArgumentsOf<P>, AnswerOf<R>, AnswerOf<ResultOf<F>>, GuardedItem<P, R>> & Streamed<P, R>)
    | (Converted<ArgumentsOf<P>, AnswerOf<ResultOf<F>>, GuardedItem<P, R>> & Streamed<P, R>)
  : never;

/** A stream has to be declared, for here nothing can tell of it by itself. */
type Streamed<P extends readonly unknown[], R> =
  false extends SignatureStreams<P, R>
    ? { readonly stream?: SignatureStreams<P, R> }
    : { readonly stream: Exclude<SignatureStreams<P, R>, undefined> };

/** What the overloads of a method return, all of them together: up to eight. */
type ResultOf<F> = F extends {
  (...args: never): infer R1;
  (...args: never): infer R2;
  (...args: never): infer R3;
  (...args: never): infer R4;
  (...args: never): infer R5;
  (...args: never): infer R6;
  (...args: never): infer R7;
  (...args: never): infer R8;
}
  ? R1 | R2 | R3 | R4 | R5 | R6 | R7 | R8
  : never;

/** With a `clientResult` that makes of an answer what the signature says, `result` may give whatever travels best. */
type Converted<P extends readonly unknown[], R, Items> = RpcMethodOptions<P, unknown, R, Items> &
  Required<Pick<RpcMethodOptions<P, unknown, R>, 'clientResult'>>;

/**
 * Declares a service without decorators: for an interface, for plain objects, or for a peer written in another language.
 *
 * ```ts
 * interface Node { findNode(key: Uint8Array): Promise<[Uint8Array, string, number][]> }
 * const Node = defineService<Node>('Node', { findNode: { name: 'find_node' } });
 * endpoint.serve(Node, { findNode: async (key) => … });
 * const node = createClient(Node, endpoint.peer('127.0.0.1:8468'));
 * ```
 *
 * @param nameOrOptions The service's name, or that and what else there is to say of it.
 * @param methods One entry for each method of `S`; `{}` where there is nothing to say. To leave methods out, leave them
 * out of `S`: `defineService<Pick<Greeter, 'sayHi'>>(…)`.
 * @throws RpcError `INVALID_SERVICE` for a name that is no name, a reserved or repeated one, or an option out of range.
 */
export function defineService<S extends object>(
  nameOrOptions: string | RpcServiceOptions,
  methods: { readonly [K in RemoteMethodName<S>]: OptionsOf<S[K]> },
): ServiceContract<S> {
  const service = checkService(nameOrOptions, 'defineService');
  const { name } = service;
  const contracts = Object.entries<RpcMethodOptions>(methods).map(([property, options]) => {
    const where = `defineService('${name}'): ${property}`;
    checkMethod(property, options, where);
    checkStreams(options, undefined, where);
    return methodContract(name, property, options);
  });
  const contract = makeContract(service, contracts);
  rememberService(contract);
  return contract as ServiceContract<S>;
}
