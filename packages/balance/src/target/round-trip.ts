import { ROUND_TRIP_MEMORY_MS } from '../limits.js';

/**
 * How long calls to a target take: a mean in which what is older counts less, by time and not by number, so that a target that gets few calls
 * is not judged by what was long ago. What nobody has measured for a while sinks, until somebody asks again.
 */
export class SmoothedRoundTrip {
  #ms: number | undefined;
  #measuredAt = 0;

  /** Takes a sample. */
  measured(ms: number, now: number): void {
    const remembered = this.#remembered(now);
    this.#ms = this.#ms === undefined ? ms : this.#ms * remembered + ms * (1 - remembered);
    this.#measuredAt = now;
  }

  /** Takes what is known of a call that was given up: it would have taken at least as long, and as long as was known before is likely. */
  measuredAtLeast(ms: number, now: number): void {
    if (ms < (this.expectedMs(now) ?? 0)) return;
    this.#ms = Math.max(ms, this.#ms ?? 0);
    this.#measuredAt = now;
  }

  /** The mean as it was when it was last measured, in milliseconds; undefined before that. */
  get meanMs(): number | undefined {
    return this.#ms;
  }

  /** What the next call is expected to take. */
  expectedMs(now: number): number | undefined {
    return this.#ms === undefined ? undefined : this.#ms * this.#remembered(now);
  }

  #remembered(now: number): number {
    return Math.exp(-Math.max(0, now - this.#measuredAt) / ROUND_TRIP_MEMORY_MS);
  }
}
