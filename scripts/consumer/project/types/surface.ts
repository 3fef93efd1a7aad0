// Compiled only, as .mts, .cts and .ts: the declaration files of all entry points hold for a strict user.
import { createClient, orThrow, withOptions, type Client, type OrThrow } from '@rpcudp/client';
import { RpcMethod, RpcService, defineService, rpcContext, type Reply, type ServiceContract } from '@rpcudp/core';
import { EndpointDriver } from '@rpcudp/core/endpoint';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { UdpEndpoint } from '@rpcudp/udp';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

@RpcService('Greeter')
export class Greeter {
  @RpcMethod({ timeoutMs: 200 })
  async sayHi(name: string, times?: number): Promise<string> {
    return `${name} ${times} ${rpcContext().sender.host}`;
  }
}

export const contract: ServiceContract<Greeter> = defineService<Greeter>('Greeter', { sayHi: {} });

export async function call(): Promise<Reply<string>> {
  await using endpoint = await UdpEndpoint.bind({ port: 0, signal: new AbortController().signal });
  endpoint.serve(contract, new Greeter());
  const greeter: Client<Greeter> = createClient(Greeter, endpoint.peer('127.0.0.1:1234'));
  // @ts-expect-error: a name is a string.
  void greeter.sayHi(1);
  const throwing: OrThrow<Greeter> = orThrow(withOptions(greeter, { timeoutMs: 10 }));
  const value: string = await throwing.sayHi('Snake Plissken', 2);
  return { received: true, value };
}

type Call = ReturnType<Client<Greeter>['sayHi']>;
export type Checks = [
  Expect<Equal<Parameters<Client<Greeter>['sayHi']>, [name: string, times?: number]>>,
  Expect<Equal<Awaited<Call>, Reply<string>>>,
  Expect<Equal<Awaited<ReturnType<Call['orThrow']>>, string>>,
];
export const entryPoints = [EndpointDriver, SimulatedNetwork];
