import { RpcError, RpcStream, type CallOptions, type RpcCall, type RpcChannel } from '@rpcudp/core';
import { checkInterceptors, interceptChannel } from '@rpcudp/core/interceptors';
import { answersMany, contractOf, type MethodContract, type ServiceDefinition } from '@rpcudp/core/service';
import { STUB, type Client, type ClientOptions, type ResultsBy, type StubParts } from './client.js';

/**
 * Makes a typed stub of a service.
 *
 * ```ts
 * const greeter = createClient(Greeter, endpoint.peer('127.0.0.1:1234'));
 * const reply = await greeter.sayHi('Snake Plissken');
 * console.log(reply.received ? reply.value : 'No response received.');
 * ```
 *
 * @param service The decorated class, or the contract that `defineService` gave.
 * @param channel Where the calls go.
 * @param defaults What holds for every call of this client.
 * @throws RpcError `INVALID_SERVICE` if the class is not decorated; `INVALID_ARGUMENT` if `interceptors` are no functions.
 */
export function createClient<S, By extends ResultsBy = 'wire'>(
  service: ServiceDefinition<S>,
  channel: RpcChannel,
  defaults: ClientOptions = {},
): Client<S, By> {
  return makeStub({ contract: contractOf(service), channel, options: defaults });
}

/** A stub from its parts. */
export function makeStub<S, By extends ResultsBy>(parts: StubParts<S>): Client<S, By> {
  const { contract } = parts;
  const channel = withInterceptors(parts);
  const options = callOptionsOf(parts.options);
  const stub: Record<string, (...args: unknown[]) => RpcCall<unknown> | RpcStream<unknown>> = {};
  for (const [property, method] of contract.methods) {
    stub[property] = answersMany(method.stream)
      ? (...args) => channel.stream?.(method, args, options) ?? carriedByNobody(channel, method)
      : (...args) => channel.call(method, args, options);
  }
  // Not enumerable: the object shows its methods and nothing else.
  Object.defineProperty(stub, STUB, { value: parts });
  return stub as Client<S, By>;
}

function callOptionsOf(options: ClientOptions): CallOptions {
  if (!('interceptors' in options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([option]) => option !== 'interceptors'));
}

/** Fails closed: interceptors that are undefined by accident are no wish for none. */
function withInterceptors({ channel, options }: StubParts<unknown>): RpcChannel {
  if (!('interceptors' in options)) return channel;
  const interceptors = checkInterceptors(options.interceptors);
  return interceptors.length === 0 ? channel : interceptChannel(channel, interceptors);
}

/** The stream of a channel that carries none. */
function carriedByNobody({ remote }: RpcChannel, { service, property }: MethodContract): RpcStream<never> {
  return RpcStream.from((): never => {
    const message = `${service}.${property} at ${remote}: this channel carries no streams. Use one of an endpoint's.`;
    throw new RpcError('FAILED_PRECONDITION', message);
  });
}
