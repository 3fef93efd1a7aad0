// Compiled only, as .mts, .cts and .ts: the declaration files of all entry points hold for a strict user.
import { createClient, orThrow, withOptions, type Client, type OrThrow } from '@rpcudp/client';
import { RpcMethod, RpcService, defineService, rpcContext, type Reply, type ServiceContract } from '@rpcudp/core';
import { EndpointDriver } from '@rpcudp/core/endpoint';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import {
  KademliaNode,
  Validates,
  immutable,
  signed,
  signingKeys,
  type Contact,
  type Found,
  type PutResult,
  type Scalar,
  type SignedRecord,
} from '@rpcudp/kademlia';
import { RoutingTable, contactOf } from '@rpcudp/kademlia/parts';
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

@RpcService('Directory')
export class Directory extends KademliaNode {
  @Validates('user/')
  user({ value }: SignedRecord): void {
    if (value.length > 1000) throw new Error('Profiles have 1,000 bytes at most.');
  }

  @RpcMethod()
  post(room: string): string {
    return rpcContext().wire + room;
  }
}

export async function join(): Promise<PutResult> {
  await using endpoint = await UdpEndpoint.bind();
  const node: Directory = await Directory.join(endpoint, { bootstrap: ['127.0.0.1:8468'] });
  const directory: Client<Directory> = createClient(Directory, node.nearest('room-7'));
  void directory.post('room-7');
  for await (const { contact, ms } of node.lookup('room-7')) new RoutingTable({ own: contact.id, k: ms });
  // @ts-expect-error: a list is no value that Python nodes take.
  void node.set('my-key', []);
  await node.put(immutable(Buffer.from('bytes')));
  return node.put(signed(signingKeys(), Buffer.from('bytes'), { seq: 1, expiresAt: 1 }));
}

export type Kademlia = [
  Expect<Equal<Awaited<ReturnType<KademliaNode['get']>>, Found<Scalar>>>,
  Expect<Equal<Awaited<ReturnType<KademliaNode['getSigned']>>, Found<SignedRecord>>>,
  Expect<Equal<ReturnType<typeof contactOf>, Contact>>,
];

type Call = ReturnType<Client<Greeter>['sayHi']>;
export type Checks = [
  Expect<Equal<Parameters<Client<Greeter>['sayHi']>, [name: string, times?: number]>>,
  Expect<Equal<Awaited<Call>, Reply<string>>>,
  Expect<Equal<Awaited<ReturnType<Call['orThrow']>>, string>>,
];
export const entryPoints = [EndpointDriver, SimulatedNetwork];
