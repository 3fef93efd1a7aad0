import { ACK_DELAY_MS_MAX, INITIAL_PROBE_MS, TIMER_GRANULARITY_MS } from '../../../limits.js';
import type { Millis } from '../../engine.js';

/** The round-trip time to one peer: RFC 9002 §5. */
export class RoundTrip {
  /** A number from the start, as all of these: one that begins as undefined is a new object each time it changes. */
  #smoothed: Millis = INITIAL_PROBE_MS;
  #sampled = false;
  #variation: Millis = 0;
  #least: Millis = Infinity;
  #latest: Millis = 0;

  /** Undefined until there is a sample. */
  get smoothedMs(): Millis | undefined {
    return this.#sampled ? this.#smoothed : undefined;
  }

  /** Takes the time from a packet to its acknowledgement, and how long the peer says it waited before sending that. */
  sample(elapsed: Millis, peerDelay: Millis): void {
    this.#latest = elapsed;
    this.#least = Math.min(this.#least, elapsed);
    const delay = Math.min(peerDelay, ACK_DELAY_MS_MAX);
    const adjusted = elapsed >= this.#least + delay ? elapsed - delay : elapsed;
    if (!this.#sampled) {
      this.#sampled = true;
      this.#smoothed = adjusted;
      this.#variation = adjusted / 2;
      return;
    }
    this.#variation += (Math.abs(this.#smoothed - adjusted) - this.#variation) / 4;
    this.#smoothed += (adjusted - this.#smoothed) / 8;
  }

  /** How long to wait for an acknowledgement before probing, without back-off: RFC 9002 §6.2.1. */
  get probeMs(): Millis {
    if (!this.#sampled) return INITIAL_PROBE_MS;
    return this.#smoothed + Math.max(4 * this.#variation, TIMER_GRANULARITY_MS) + ACK_DELAY_MS_MAX;
  }

  /** After how long a packet is lost when later ones have arrived: RFC 9002 §6.1.2. */
  get lossMs(): Millis {
    return Math.max((9 / 8) * Math.max(this.#smoothed, this.#latest), TIMER_GRANULARITY_MS);
  }
}
