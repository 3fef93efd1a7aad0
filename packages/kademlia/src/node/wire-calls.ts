import type { Address, ServiceContract, WireName } from '@rpcudp/core';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';

import type { NodeId } from '../ids/node-id.js';
import type { StoreOutcome } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';
import type { CarriedRecord, Put, Want } from '../wire/native-messages.js';

/** What a node answered to a question for a key. */
export interface FindAnswer {
  /** Who answered; undefined where the wire does not tell. */
  readonly id: NodeId | undefined;
  readonly closer: readonly Contact[];
  readonly token: Uint8Array | undefined;
  readonly found: CarriedRecord | undefined;
  readonly providers: readonly Contact[];
}

/** What nodes ask each other, on one wire. Silence, refusals and answers that are none are all undefined: nothing rejects. */
export interface WireCalls {
  readonly wire: WireName;
  /** The id of the node at an address. */
  ping(to: Address, timeoutMs: number): Promise<NodeId | undefined>;
  /** Who is nearer to a key, and what is known of it. */
  find(to: Contact, key: NodeId, want: Want, timeoutMs: number): Promise<FindAnswer | undefined>;
  /** Stores at a node, with the token that it gave. */
  put(to: Contact, put: Put, token: Uint8Array | undefined, timeoutMs: number): Promise<StoreOutcome | undefined>;
}

/** Calls the methods of a service over one wire of an endpoint. */
export class MethodCalls {
  readonly #endpoint: RpcEndpoint;
  readonly #wire: WireName;
  readonly #contract: ServiceContract;

  constructor(endpoint: RpcEndpoint, wire: WireName, contract: ServiceContract) {
    this.#endpoint = endpoint;
    this.#wire = wire;
    this.#contract = contract;
  }

  /** What a method answered, in an array of one; undefined for silence, for an error, and if it cannot be called. */
  async call(
    { host, port }: Address,
    property: string,
    args: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly [unknown] | undefined> {
    try {
      const peer = this.#endpoint.peer({ host, port }, { wire: this.#wire });
      const reply = await peer.call(this.#contract.methods.get(property)!, args, { timeoutMs: Math.ceil(timeoutMs) });
      return reply.received ? [reply.value] : undefined;
    } catch {
      // A refusal, an address of a family without a socket, an endpoint that closes: nobody answered.
      return undefined;
    }
  }
}
