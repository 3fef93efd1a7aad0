import {
  LOST_PACKETS_REMEMBERED_PROBES,
  REORDERING_EPISODES_REMEMBERED,
  REORDERING_STEPS_OF_ROUND_TRIP,
  TIMER_GRANULARITY_MS,
} from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import type { RoundTrip } from './round-trip.js';

/**
 * How far packets overtake each other on the way to one peer, learned from those that were taken for lost and arrived after
 * all: docs/protocol.md §6.3, RFC 8985 §3.3.2.
 */
export class Reordering {
  readonly #roundTrip: RoundTrip;
  /** How much longer a packet is waited for, in parts of the least round trip. */
  #steps = 0;
  #learnedAt: Millis = -Infinity;
  /** Losses of packets sent before this moment are no new episode. */
  #episodeSince: Millis = -Infinity;
  #episodesLeft = 0;

  constructor(roundTrip: RoundTrip) {
    this.#roundTrip = roundTrip;
  }

  /** Whether packets were seen to overtake each other: how many have is then no sign of a loss, only how long ago. */
  get seen(): boolean {
    return this.#steps > 0;
  }

  /** After how long a packet is lost when later ones have arrived. */
  get lossMs(): Millis {
    const { lossMs, slowestMs } = this.#roundTrip;
    return this.seen ? Math.max(lossMs, slowestMs + this.#windowMs()) : lossMs;
  }

  /** How long a packet that was taken for lost may still arrive, as far as anybody cares. */
  get rememberedMs(): Millis {
    return LOST_PACKETS_REMEMBERED_PROBES * this.#roundTrip.probeMs;
  }

  /** Packets were lost, of which one was sent at a moment. What was seen long ago is forgotten. */
  lost(sentAt: Millis, now: Millis): void {
    if (!this.seen || sentAt <= this.#episodeSince) return;
    this.#episodeSince = now;
    this.#episodesLeft -= 1;
    if (this.#episodesLeft === 0) this.#steps = 0;
  }

  /** A packet that was taken for lost has arrived: waits longer from now on, as long as this one took. */
  arrivedLate(sentAt: Millis, now: Millis): void {
    this.#episodesLeft = REORDERING_EPISODES_REMEMBERED;
    const { slowestMs } = this.#roundTrip;
    // Packets that were sent before it waited longer may have been overtaken by as much: they teach nothing new.
    if (sentAt <= this.#learnedAt) return;
    const needed = Math.ceil((now - sentAt - slowestMs) / this.#stepMs());
    this.#steps = Math.max(this.#steps + 1, Math.min(needed, this.#stepsMax()));
    this.#learnedAt = now;
  }

  /** The way is another. */
  startAnew(): void {
    this.#steps = 0;
  }

  /** No more than a round trip: who waits longer than a probe takes learns nothing by it. */
  #windowMs(): Millis {
    return Math.min(this.#steps * this.#stepMs(), this.#roundTrip.smoothedMs ?? 0);
  }

  #stepsMax(): number {
    return Math.ceil((this.#roundTrip.smoothedMs ?? 0) / this.#stepMs());
  }

  /** A round trip may take no time that can be told. */
  #stepMs(): Millis {
    return Math.max(this.#roundTrip.leastMs / REORDERING_STEPS_OF_ROUND_TRIP, TIMER_GRANULARITY_MS);
  }
}
