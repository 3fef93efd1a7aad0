import { formatAddress } from '../address.js';
import type { Millis } from '../engine/engine.js';
import type { PeerStats } from '../engine/peer-stats.js';
import { INSPECTED_PEERS_MAX } from '../limits.js';
import type { InspectedPeer } from './inspection-update.js';
import type { InspectionSource } from './inspection-source.js';

/** How long a list of peers is used again, in milliseconds for each peer: so that many watchers of many take little time. */
const MS_PER_PEER = 0.1;

/** The peers with the most datagrams, for all who watch. */
export class BusiestPeers {
  readonly #source: InspectionSource;
  #busiest: readonly PeerStats[] = [];
  #count = 0;
  #until: Millis = -Infinity;

  constructor(source: InspectionSource) {
    this.#source = source;
  }

  get count(): number {
    this.#refresh();
    return this.#count;
  }

  describe(): InspectedPeer[] {
    this.#refresh();
    return this.#busiest.map(({ address, roundTripMs, ...figures }) => {
      const text = formatAddress(address);
      const dropped = this.#source.recorder.droppedOf(text);
      return { address: text, ...(roundTripMs !== undefined && { roundTripMs }), ...figures, dropped };
    });
  }

  #refresh(): void {
    const { clocks } = this.#source;
    const now = clocks.now();
    if (now < this.#until) return;
    const peers = this.#source.peers();
    this.#count = peers.length;
    this.#busiest = [...peers].sort((a, b) => datagramsOf(b) - datagramsOf(a)).slice(0, INSPECTED_PEERS_MAX);
    this.#until = now + this.#count * MS_PER_PEER;
  }
}

function datagramsOf({ datagrams }: PeerStats): number {
  return datagrams.sent + datagrams.received;
}
