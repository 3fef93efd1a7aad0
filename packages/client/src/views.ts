import { RpcError, type RpcCall, type RpcStream } from '@rpcudp/core';
import { answersMany } from '@rpcudp/core/service';
import {
  STUB,
  type AnyClient,
  type Client,
  type ClientOptions,
  type OrThrow,
  type ResultsBy,
  type StubParts,
  type Throwing,
} from './client.js';
import { makeStub } from './create-client.js';

/**
 * The same client with other options: what is given here replaces what the client had, option by option.
 *
 * ```ts
 * await withOptions(greeter, { timeoutMs: 200, signal }).sayHi('Snake Plissken');
 * ```
 *
 * @throws RpcError `INVALID_ARGUMENT` if `client` is not a client.
 */
export function withOptions<C extends AnyClient<C>>(client: C, options: ClientOptions): C {
  const parts = partsOf(client, 'withOptions');
  return makeStub({ ...parts, options: { ...parts.options, ...options } }) as unknown as C;
}

/**
 * A view of a client whose methods return plain promises of the value, so that it can stand in for the class: silence is
 * an exception there too, `DEADLINE_EXCEEDED`. Streams are what they were.
 *
 * @throws RpcError `INVALID_ARGUMENT` if `client` is not a client.
 */
export function orThrow<S = never, By extends ResultsBy = 'wire'>(client: Client<S, By>): OrThrow<S, By>;
/** The same of a client whose types come from the other copy of this package, the ESM or the CommonJS one. */
export function orThrow<C extends AnyClient<C>>(client: C): Throwing<C>;
export function orThrow<S>(client: Client<S>): OrThrow<S> {
  const { contract } = partsOf(client, 'orThrow');
  const methods = client as unknown as Record<string, (...args: unknown[]) => RpcCall<unknown>>;
  const view: Record<string, (...args: unknown[]) => PromiseLike<unknown> | RpcStream<unknown>> = {};
  for (const [property, { stream }] of contract.methods) {
    const method = methods[property]!;
    // A stream raises its errors as it is.
    view[property] = answersMany(stream) ? method : (...args) => method(...args).orThrow();
  }
  return view as OrThrow<S>;
}

function partsOf(client: unknown, name: string): StubParts<unknown> {
  const parts = (client as { readonly [STUB]?: StubParts<unknown> } | null | undefined)?.[STUB];
  if (parts !== undefined) return parts;
  throw new RpcError('INVALID_ARGUMENT', `${name}() takes a client that createClient() made.`);
}
