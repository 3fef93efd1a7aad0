// Compiled only: what one part of a program gets from the CommonJS build, another takes that imports the ESM build.
import type * as CjsClient from '@rpcudp/client' with { 'resolution-mode': 'require' };
import type * as CjsEndpoint from '@rpcudp/core/endpoint' with { 'resolution-mode': 'require' };
import type * as CjsGuards from '@rpcudp/core/guards' with { 'resolution-mode': 'require' };
import type * as CjsInterceptors from '@rpcudp/core/interceptors' with { 'resolution-mode': 'require' };
import type * as CjsReflection from '@rpcudp/core/reflection' with { 'resolution-mode': 'require' };
import type * as CjsSecurity from '@rpcudp/core/security' with { 'resolution-mode': 'require' };
import type * as CjsService from '@rpcudp/core/service' with { 'resolution-mode': 'require' };
import type * as CjsTesting from '@rpcudp/core/testing' with { 'resolution-mode': 'require' };
import type * as Cjs from '@rpcudp/core' with { 'resolution-mode': 'require' };
import type * as CjsUdp from '@rpcudp/udp' with { 'resolution-mode': 'require' };
import { createClient, orThrow, withOptions, type Client, type OrThrow } from '@rpcudp/client';
import type * as Esm from '@rpcudp/core';
import type * as EsmEndpoint from '@rpcudp/core/endpoint';
import { object, type Guard } from '@rpcudp/core/guards';
import type * as EsmInterceptors from '@rpcudp/core/interceptors';
import type * as EsmReflection from '@rpcudp/core/reflection';
import type * as EsmSecurity from '@rpcudp/core/security';
import type * as EsmService from '@rpcudp/core/service';
import type * as EsmTesting from '@rpcudp/core/testing';
import type * as EsmUdp from '@rpcudp/udp';
import * as made from './both-builds-cjs.cjs';
import { ordersClient, Orders } from './orders.client.mjs';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Expect<T extends true> = T;

interface Greeter {
  sayHi(name: string): Promise<string>;
}

export type OneType = [
  Expect<Same<Esm.RpcError, Cjs.RpcError>>,
  Expect<Same<Esm.RpcCall<string>, Cjs.RpcCall<string>>>,
  Expect<Same<Esm.PendingCall<string>, Cjs.PendingCall<string>>>,
  Expect<Same<Esm.RpcPeer, Cjs.RpcPeer>>,
  Expect<Same<Esm.RpcContext, Cjs.RpcContext>>,
  Expect<Same<Esm.Codec, Cjs.Codec>>,
  Expect<Same<Esm.Reflection, Cjs.Reflection>>,
  Expect<Same<Esm.ServiceContract<Greeter>, Cjs.ServiceContract<Greeter>>>,
  Expect<Same<Esm.ServiceGuards, Cjs.ServiceGuards>>,
  Expect<Same<EsmInterceptors.ClientInterceptor, CjsInterceptors.ClientInterceptor>>,
  Expect<Same<EsmInterceptors.ServerInterceptor, CjsInterceptors.ServerInterceptor>>,
  Expect<Same<EsmInterceptors.IdempotencyStore, CjsInterceptors.IdempotencyStore>>,
  Expect<Same<EsmSecurity.KeyPair, CjsSecurity.KeyPair>>,
  Expect<Same<EsmSecurity.SecurityOptions, CjsSecurity.SecurityOptions>>,
  Expect<Same<EsmService.MethodContract, CjsService.MethodContract>>,
  Expect<Same<EsmService.ServiceDefinition<Greeter>, CjsService.ServiceDefinition<Greeter>>>,
  Expect<Same<EsmReflection.ServiceDescription, CjsReflection.ServiceDescription>>,
  Expect<Same<EsmEndpoint.RpcEndpoint, CjsEndpoint.RpcEndpoint>>,
  Expect<Same<EsmEndpoint.EndpointDriver, CjsEndpoint.EndpointDriver>>,
  Expect<Same<EsmTesting.SimulatedNetwork, CjsTesting.SimulatedNetwork>>,
  Expect<Same<EsmTesting.SimulatedEndpoint, CjsTesting.SimulatedEndpoint>>,
  Expect<Same<EsmUdp.UdpEndpoint, CjsUdp.UdpEndpoint>>,
  Expect<Same<Guard<string>, CjsGuards.Guard<string>>>,
  Expect<Same<Client<Greeter>, CjsClient.Client<Greeter>>>,
  Expect<Same<OrThrow<Greeter>, CjsClient.OrThrow<Greeter>>>,
];

/** What CommonJS made, in the hands of ES modules, which keep its types. */
export async function use(endpoint: Esm.RpcChannel, greeter: Client<Greeter>): Promise<string> {
  const own: Client<Greeter> = withOptions(made.greeter, { timeoutMs: 100 });
  const name: string = await orThrow(made.greeter).sayHi('Snake Plissken');
  const call: Esm.RpcCall<string> = createClient(made.contract, made.endpoint.peer('127.0.0.1:1')).sayHi(name);
  const orders: CjsClient.Client<Orders> = ordersClient(made.endpoint.peer('127.0.0.1:1'));
  const calls: Esm.RpcCall<string>[] = [call, own.sayHi(''), greeter.sayHi('')];
  made.take({ client: greeter, call, channel: endpoint, error: made.error, contract: made.contract, orders });
  return made.error.code + calls.length;
}

/** A guard of one build inside of one of the other. */
export const guard = object({ name: made.name });
