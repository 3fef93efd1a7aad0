import { AVOIDED_JITTER, AVOIDED_MS_FIRST, AVOIDED_MS_MAX } from '../limits.js';

/**
 * Whether a target is to be called after it has failed: not for a while, which doubles with each failure in a row, and then by one call at a
 * time until it has answered one.
 */
export class Standing {
  #failures = 0;
  #until = 0;

  /** Whether it has failed since it last answered. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** Whether it can be given a call, of which it has so many already. */
  takes(pending: number, now: number): boolean {
    return this.#failures === 0 || (pending === 0 && now >= this.#until);
  }

  /** Until when it is not called. */
  get avoidedUntil(): number {
    return this.#failures === 0 ? 0 : this.#until;
  }

  answered(): void {
    this.#failures = 0;
  }

  /**
   * @param chance From 0 to 1.
   * @param leastMs How long it has asked to be left alone.
   */
  failed(now: number, chance: number, leastMs = 0): void {
    // Calls that fail together are one failure.
    if (this.#failures > 0 && now < this.#until) return;
    const ms = Math.min(AVOIDED_MS_FIRST * 2 ** this.#failures, AVOIDED_MS_MAX);
    this.#failures = Math.min(this.#failures + 1, 30);
    this.#until = now + Math.max(ms, Math.min(leastMs, AVOIDED_MS_MAX)) * (1 + AVOIDED_JITTER * chance);
  }
}
