import {
  ACK_DELAY_MS_MAX,
  FIRST_SAMPLE_MS_MAX,
  FIRST_PROBE_MS_MAX,
  TIMER_GRANULARITY_MS,
} from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** The round-trip time to one peer: RFC 9002 §5. */
export class RoundTrip {
  readonly #firstProbeMs: Millis;
  /** A number from the start, as all of these: one that begins as undefined is a new object each time it changes. */
  #smoothed: Millis = FIRST_PROBE_MS_MAX;
  #sampled = false;
  /** Whether a first sample was left out. */
  #doubted = false;
  #variation: Millis = 0;
  #least: Millis = Infinity;
  #latest: Millis = 0;
  #adjusted: Millis = NaN;

  /** @param firstProbeMs How long to wait for an acknowledgement while there is no sample. */
  constructor(firstProbeMs: Millis = FIRST_PROBE_MS_MAX) {
    this.#firstProbeMs = firstProbeMs;
  }

  /** Undefined until there is a sample. */
  get smoothedMs(): Millis | undefined {
    return this.#sampled ? this.#smoothed : undefined;
  }

  /** The least of all; Infinity until there is a sample. */
  get leastMs(): Millis {
    return this.#least;
  }

  /** The last of all, what the peer waited included, and by how much they differ: for those who watch. */
  get lastMs(): Millis {
    return this.#latest;
  }

  get variationMs(): Millis {
    return this.#variation;
  }

  /** The last sample without what the peer waited; NaN if there was none, or it was left out. */
  get latestMs(): Millis {
    return this.#adjusted;
  }

  /** Takes the time from a packet to its acknowledgement, and how long the peer says it waited before sending that. */
  sample(measured: Millis, peerDelay: Millis): void {
    // A peer that stood still is not far away. A first sample would count whole, so one that is longer than was waited for is
    // left out: if the path is that long, the next one says so too.
    if (!this.#sampled && !this.#doubted && measured > this.#firstProbeMs) {
      this.#doubted = true;
      this.#adjusted = NaN;
      return;
    }
    // A path that has grown longer is believed within a few samples.
    const elapsed = Math.min(measured, this.#sampled ? this.probeMs : FIRST_SAMPLE_MS_MAX);
    this.#latest = elapsed;
    this.#least = Math.min(this.#least, elapsed);
    const delay = Math.min(peerDelay, ACK_DELAY_MS_MAX);
    const adjusted = elapsed >= this.#least + delay ? elapsed - delay : elapsed;
    this.#adjusted = adjusted;
    if (!this.#sampled) {
      this.#sampled = true;
      this.#smoothed = adjusted;
      this.#variation = adjusted / 2;
      return;
    }
    this.#variation += (Math.abs(this.#smoothed - adjusted) - this.#variation) / 4;
    this.#smoothed += (adjusted - this.#smoothed) / 8;
  }

  /** Forgets all samples. */
  startAnew(): void {
    this.#smoothed = FIRST_PROBE_MS_MAX;
    this.#sampled = false;
    this.#doubted = false;
    this.#variation = 0;
    this.#least = Infinity;
    this.#latest = 0;
    this.#adjusted = NaN;
  }

  /** How long to wait for an acknowledgement before probing, without back-off: RFC 9002 §6.2.1. */
  get probeMs(): Millis {
    if (!this.#sampled) return this.#firstProbeMs;
    return this.#smoothed + Math.max(4 * this.#variation, TIMER_GRANULARITY_MS) + ACK_DELAY_MS_MAX;
  }

  /** How long a round trip takes when it is slow: the smoothed one, or the last if that took longer. */
  get slowestMs(): Millis {
    return Math.max(this.#smoothed, this.#latest);
  }

  /** After how long a packet is lost when later ones have arrived: RFC 9002 §6.1.2. */
  get lossMs(): Millis {
    return Math.max((9 / 8) * this.slowestMs, TIMER_GRANULARITY_MS);
  }
}
