import type { WireName } from '@rpcudp/core';

/** What calls into the network take. */
export interface KademliaCallOptions {
  /** Ends it early: a lookup gives what it has found by then. */
  readonly signal?: AbortSignal;
}

/** What scalars can be stored and looked for with. */
export interface ScalarOptions extends KademliaCallOptions {
  /** In which network. Default: `'rpcudp'` if the node takes part in that, else `'native'`. */
  readonly wire?: WireName;
}
