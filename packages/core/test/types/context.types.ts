/** Compiled, never run. */
import { rpcContext, type RpcContext, type WireName } from '@rpcudp/core';
import type { Equal, Expect } from './expect.js';

export type Contexts = [
  Expect<Equal<RpcContext['wire'], WireName | 'nats'>>,
  Expect<Equal<WireName, 'native' | 'rpcudp'>>,
  Expect<Equal<ReturnType<typeof rpcContext>, RpcContext>>,
];

/** A handler that has a case for both wires and for NATS needs no other one. */
export function proven(): boolean {
  const { wire } = rpcContext();
  switch (wire) {
    case 'native':
      return true;
    case 'rpcudp':
    case 'nats':
      return false;
  }
}

// @ts-expect-error -- a call does not change its wire
rpcContext().wire = 'native';
