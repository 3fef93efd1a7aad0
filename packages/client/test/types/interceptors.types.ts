/** Compiled, never run. */
import { createClient, withOptions, type Client, type ClientOptions } from '@rpcudp/client';
import { rpcContext, type CallOptions, type Reply, type RpcCall, type RpcChannel, type RpcStream } from '@rpcudp/core';
import {
  type AnyInterceptor,
  type ClientInterceptor,
  concurrencyLimit,
  contextKey,
  type ContextKey,
  deadline,
  forwardMetadata,
  idempotencyKey,
  interceptChannel,
  type InterceptedCall,
  logging,
  MemoryIdempotencyStore,
  retry,
  type ServerInterceptor,
} from '@rpcudp/core/interceptors';
import type { EndpointOptions, RpcEndpoint } from '@rpcudp/core/endpoint';
import type { Equal, Expect } from './expect.js';

interface Desk {
  add(a: number, b: number): number;
  count(to: number): AsyncIterable<number>;
}

declare const channel: RpcChannel;
declare const desk: Client<Desk>;
declare const endpoint: RpcEndpoint;
declare const contract: Parameters<typeof createClient<Desk>>[0];
declare const implementation: Desk;

const asynchronous: ClientInterceptor = async (call, next) => next({ ...call, metadata: { token: await token() } });
const synchronous: ClientInterceptor = (call, next) => next(call);
const answering: ClientInterceptor = async () => ({ received: true as const, value: 42 });
const looking: ClientInterceptor = async (call, next) => {
  const outcome = await next(call);
  return 'received' in outcome ? (outcome satisfies Reply<unknown>) : outcome;
};
const generating: ClientInterceptor = async function* (call, next) {
  yield* next(call) as AsyncIterable<unknown>;
};
// @ts-expect-error -- a reply is more than its value
const bare: ClientInterceptor = async () => 42;
// @ts-expect-error -- next takes the call
const forgetful: ClientInterceptor = (_call, next) => next();

const sync: ServerInterceptor = (call, next) => next(call);
const later: ServerInterceptor = async (call, next) => next({ ...call, args: [1] });
const stream: ServerInterceptor = async function* (call, next) {
  yield* next(call) as AsyncIterable<unknown>;
};
const changing: ServerInterceptor = (call, next) => {
  // @ts-expect-error -- a call is changed by a copy
  call.metadata = {};
  // @ts-expect-error -- and so is what it has
  call.metadata.user = 'x';
  // @ts-expect-error -- arguments as well
  call.args[0] = 1;
  return next(call);
};

declare function token(): Promise<string>;

// What has interceptors has the types that it had.
export const client = createClient(contract, channel, {
  timeoutMs: 100,
  interceptors: [asynchronous, synchronous, retry()],
});
type Clients = [
  Expect<Equal<typeof client, Client<Desk>>>,
  Expect<Equal<ReturnType<typeof client.add>, RpcCall<number>>>,
  Expect<Equal<ReturnType<typeof client.count>, RpcStream<number>>>,
  Expect<Equal<ClientOptions extends CallOptions ? true : false, true>>,
];
withOptions(desk, { interceptors: [answering, looking, generating] });
interceptChannel(channel, [synchronous]) satisfies RpcChannel;
// @ts-expect-error -- interceptors are those of clients and services, not of one call
channel.call(undefined!, [], { interceptors: [] });
// @ts-expect-error -- one that stands around handlers may give anything
createClient(contract, channel, { interceptors: [sync] });

endpoint.serve(contract, implementation, { interceptors: [sync, later, stream, changing] });
// @ts-expect-error -- retries are for clients
endpoint.serve(contract, implementation, { interceptors: [retry()] });
// @ts-expect-error -- who calls passes words on
endpoint.serve(contract, implementation, { interceptors: [forwardMetadata(['tenant'])] });
// @ts-expect-error -- where calls are handled, a key needs a store
endpoint.serve(contract, implementation, { interceptors: [idempotencyKey()] });
// @ts-expect-error -- undefined is no wish for none
endpoint.serve(contract, implementation, { interceptors: undefined });

// Those that stand around both.
const both: AnyInterceptor[] = [
  deadline(100),
  logging({ logger: undefined! }),
  concurrencyLimit({ max: 10 }),
  idempotencyKey({ store: new MemoryIdempotencyStore() }),
];
export const options: EndpointOptions = { interceptors: { client: both, server: both } };
// @ts-expect-error -- there are two sides
export const misspelt: EndpointOptions = { interceptors: { servers: both } };

// Keys give the types of their values.
const tenant = contextKey<string | undefined>('tenant', undefined);
const count = contextKey('count', 0);
declare const call: InterceptedCall;
type Keys = [
  Expect<Equal<typeof tenant, ContextKey<string | undefined>>>,
  Expect<Equal<ReturnType<typeof readTenant>, string | undefined>>,
  Expect<Equal<ReturnType<typeof readCount>, number>>,
];
export function readTenant(): string | undefined {
  return rpcContext().values.get(tenant);
}
export function readCount(): number {
  return call.values.get(count);
}
call.values.set(tenant, 'acme');
// @ts-expect-error -- a tenant is no number
call.values.set(tenant, 7);
export type All = [Clients, Keys];
export { bare, forgetful };
