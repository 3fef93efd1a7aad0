import type { WireName } from '@rpcudp/core';
import type { HeldRecord } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';

/** What a node tells of, and what with. */
export interface KademliaEvents {
  /** A contact has come into the routing table of a wire. */
  readonly contact: [contact: Contact, wire: WireName];
  /** A contact has gone from it. */
  readonly evicted: [contact: Contact, wire: WireName];
  /** A record is held now, or another one in its place. */
  readonly stored: [record: HeldRecord];
  /** A record has ended. */
  readonly expired: [record: HeldRecord];
  /** No contact of a wire is left that answers; the node tries to join again. */
  readonly partitioned: [wire: WireName];
}

type Listener<E extends keyof KademliaEvents> = (...args: KademliaEvents[E]) => void;

/** Who listens to a node. */
export class Listeners {
  readonly #listeners = new Map<keyof KademliaEvents, Set<Listener<never>>>();

  /** Calls a function back for each event; gives a function that ends that. */
  on<E extends keyof KademliaEvents>(event: E, listener: Listener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Tells everybody. A listener that throws is its own fault: it stops nothing here, and its error is not caught. */
  tell<E extends keyof KademliaEvents>(event: E, ...args: KademliaEvents[E]): void {
    for (const listener of [...((this.#listeners.get(event) ?? []) as Iterable<Listener<E>>)]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
