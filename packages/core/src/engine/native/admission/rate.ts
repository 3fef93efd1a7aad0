import type { Millis } from '../../engine.js';

/** How often something may happen, as a bucket that holds one second of it and fills up again. */
export class Rate {
  readonly perSecond: number;
  #left: number;
  #at: Millis;

  constructor(perSecond: number, now: Millis) {
    this.perSecond = perSecond;
    this.#left = perSecond;
    this.#at = now;
  }

  /** In how many milliseconds it may happen again, and as much as `kept` is left over; 0 if it may now. */
  waitMs(kept: number, now: Millis): Millis {
    this.#left = Math.min(this.perSecond, this.#left + ((now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    const missing = kept + 1 - this.#left;
    return missing <= 0 ? 0 : Math.ceil((missing / this.perSecond) * 1000);
  }

  /** It happens. */
  take(): void {
    this.#left -= 1;
  }
}
