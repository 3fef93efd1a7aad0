import type { Millis } from '@rpcudp/core/endpoint';
import { BUSY_POLL_MS_MIN, BUSY_POLL_NEAR_SHARE_MIN } from './limits.js';

/** How much one gap counts: RFC 6298 §2, for the mean and for how far gaps are from it. */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
/** How many deviations above the mean are still waited for: RFC 6298 §2. */
const DEVIATIONS = 4;

/**
 * How long it is worth to stay awake for the next datagram, learned from the gaps before those that have come, as TCP learns how
 * long it waits for an acknowledgement. Gaps that are too long to stay awake for do not make others seem longer: a peer far away or
 * a pause says nothing about a peer nearby. Where nearly all gaps are such, it is worth nothing.
 */
export class ExpectedGap {
  readonly #mostMs: Millis;
  #meanMs: Millis | undefined;
  #deviationMs: Millis = 0;
  /** The share of gaps that were short enough, the last ones counting most. */
  #nearShare = 1;

  /** @param mostMs The longest gap that anybody stays awake for. */
  constructor(mostMs: Millis) {
    this.#mostMs = mostMs;
  }

  /** A datagram has come after so long. */
  learn(gapMs: Millis): void {
    const near = gapMs <= this.#mostMs;
    this.#nearShare += MEAN_GAIN * ((near ? 1 : 0) - this.#nearShare);
    if (!near) return;
    if (this.#meanMs === undefined) {
      this.#meanMs = gapMs;
      this.#deviationMs = gapMs / 2;
      return;
    }
    const error = gapMs - this.#meanMs;
    this.#deviationMs += DEVIATION_GAIN * (Math.abs(error) - this.#deviationMs);
    this.#meanMs += MEAN_GAIN * error;
  }

  /** For how long the next one is worth staying awake, as long as none has come. */
  get worthMs(): Millis {
    if (this.#nearShare < BUSY_POLL_NEAR_SHARE_MIN) return 0;
    if (this.#meanMs === undefined) return this.#mostMs;
    return Math.min(this.#mostMs, Math.max(BUSY_POLL_MS_MIN, this.#meanMs + DEVIATIONS * this.#deviationMs));
  }
}
