// Compiled only: the CommonJS side of both-builds.mts.
import { createClient, type Client } from '@rpcudp/client';
import { defineService, RpcError, type RpcCall, type RpcChannel, type ServiceContract } from '@rpcudp/core';
import { string } from '@rpcudp/core/guards';
import type { UdpEndpoint } from '@rpcudp/udp';
import { ordersClient, type Orders } from './orders.client.cjs';

interface Greeter {
  sayHi(name: string): Promise<string>;
}

export declare const endpoint: UdpEndpoint;
export const name = string();
export const contract = defineService<Greeter>('Greeter', { sayHi: {} });
export const greeter = createClient(contract, endpoint.peer('127.0.0.1:1'));
export const orders: Client<Orders> = ordersClient(endpoint.peer('127.0.0.1:1'));
export const error = new RpcError('NOT_FOUND', 'Nobody is called that.');

export function take(given: {
  readonly client: Client<Greeter>;
  readonly call: RpcCall<string>;
  readonly channel: RpcChannel;
  readonly error: RpcError;
  readonly contract: ServiceContract<Greeter>;
  readonly orders: Client<Orders>;
}): unknown {
  return given.client.sayHi(given.error.code);
}
