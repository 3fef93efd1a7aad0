import { RpcError, type CallOptions, type RpcCall } from '@rpcudp/core';
import { STUB, type Client, type OrThrow, type StubParts } from './client.js';
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
export function withOptions<S>(client: Client<S>, options: CallOptions): Client<S> {
  const parts = partsOf(client, 'withOptions');
  return makeStub({ ...parts, options: { ...parts.options, ...options } });
}

/**
 * A view of a client whose methods return plain promises of the value, so that it can stand in for the class: silence is
 * an exception there too, `DEADLINE_EXCEEDED`.
 *
 * @throws RpcError `INVALID_ARGUMENT` if `client` is not a client.
 */
export function orThrow<S>(client: Client<S>): OrThrow<S> {
  const { contract } = partsOf(client, 'orThrow');
  const methods = client as unknown as Record<string, (...args: unknown[]) => RpcCall<unknown>>;
  const view: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  for (const property of contract.methods.keys()) {
    view[property] = (...args) => methods[property]!(...args).orThrow();
  }
  return view as OrThrow<S>;
}

function partsOf<S>(client: Client<S>, name: string): StubParts<S> {
  const parts = (client as { readonly [STUB]?: StubParts<S> } | null | undefined)?.[STUB];
  if (parts !== undefined) return parts;
  throw new RpcError('INVALID_ARGUMENT', `${name}() takes a client that createClient() made.`);
}
