/** Compiled, never run: what a balanced channel is to a client, and what options and parts of one's own must be. */
import {
  balance,
  dns,
  list,
  rendezvous,
  roundRobin,
  srv,
  type BalancedChannel,
  type Discovery,
  type Policy,
  type TargetState,
} from '@rpcudp/balance';
import { createClient } from '@rpcudp/client';
import type { RpcCall, RpcChannel, RpcStream } from '@rpcudp/core';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the way to compare types exactly
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

declare const endpoint: RpcEndpoint;

declare class Orders {
  place(what: string, count: number): Promise<{ id: number }>;
  watch(id: number): AsyncGenerator<string>;
}

const channel = balance(endpoint, { targets: ['10.0.0.1:1234'] });
export const orders = createClient<Orders>(Orders, channel);

export type Results = [
  Expect<Equal<typeof channel, BalancedChannel>>,
  // A client is the same over one server and over many.
  Expect<BalancedChannel extends RpcChannel ? true : false>,
  Expect<Equal<ReturnType<typeof orders.place>, RpcCall<{ id: number }>>>,
  Expect<Equal<ReturnType<typeof orders.watch>, RpcStream<string>>>,
  Expect<Equal<TargetState, 'ready' | 'avoided' | 'trial' | 'ejected' | 'leaving'>>,
];

// A discovery that goes by no clock leaves the ports out, and a list may be any iterable that takes its time.
export const own: Discovery = {
  async *watch(signal) {
    while (!signal.aborted) yield await Promise.resolve([{ address: '10.0.0.1:1234', weight: 2 }]);
  },
};
export const first: Policy = { pick: ([one]) => one! };
balance(endpoint, { targets: own, policy: first, ejection: false, hedge: { afterMs: 50 }, budget: { maxTokens: 5 } });
balance(endpoint, { targets: dns('orders.internal', { port: 1234, everyMs: 1_000 }), policy: roundRobin() });
balance(endpoint, { targets: srv('_orders._udp.internal'), policy: rendezvous(({ args }) => String(args[0])) });
balance(endpoint, { targets: list(['a:1', { address: 'b:1', publicKey: 'key' }]), ejection: { successRate: false } });

// @ts-expect-error -- there have to be targets
balance(endpoint, {});
// @ts-expect-error -- a port belongs to dns()
dns('orders.internal', {});
// @ts-expect-error -- how long to wait before a hedge is not for a library to say
balance(endpoint, { targets: own, hedge: {} });
// @ts-expect-error -- a key is a text, a number or bytes
rendezvous(() => ({ id: 1 }));
// @ts-expect-error -- an address is one text
list([{ host: '10.0.0.1', port: 1 }]);
// @ts-expect-error -- places must be what the service declares
void orders.place('chair');
