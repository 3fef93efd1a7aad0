import type { Address } from '../address.js';
import type { Deadlined } from '../engine/tables/deadline-heap.js';
import type { Millis } from '../engine/engine.js';
import type { NamedPeer } from './destination.js';
import type { StartedCall } from './started-call.js';

/** The name of one peer on its way to an address, and the calls that wait for it. */
export class NameLookup implements Deadlined {
  /** What the name stands for, once that is known. */
  address: Address | undefined;
  /** Those that cannot go out before; who ended meanwhile is among them until the lookup has settled. */
  readonly calls = new Set<StartedCall>();
  /** Whether the name is being looked up. */
  running = false;
  /** How many lookups have failed, one after the other. */
  failures = 0;
  /** When to try again. */
  deadline: Millis = Infinity;
  heapIndex = -1;
  readonly #peer: NamedPeer;

  constructor(peer: NamedPeer) {
    this.#peer = peer;
  }

  look(): Promise<Address> {
    return this.#peer.resolve();
  }
}
