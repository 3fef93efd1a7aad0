import type { Flight } from './flight.js';
import { BBR_FULL_GROWTH, BBR_FULL_ROUNDS } from './parameters.js';
import type { StandingQueue } from './standing-queue.js';

/**
 * Finds out whether more is sent than before, and no more of it arrives: draft-ietf-ccwg-bbr §5.3.1.2, and decision 0023 for what
 * a standing queue shows.
 */
export class FullPipe {
  /** Whether that is so since it was looked for, and whether it ever was. */
  now = false;
  ever = false;
  readonly #flight: Flight;
  readonly #queue: StandingQueue;
  #bandwidth = 0;
  #rounds = 0;

  constructor(flight: Flight, queue: StandingQueue) {
    this.#flight = flight;
    this.#queue = queue;
  }

  /** Looks for it from now on. */
  lookFor(bandwidth: number): void {
    this.#bandwidth = bandwidth;
    this.#rounds = 0;
    this.now = false;
  }

  /** Takes the sample of an ACK frame, which the queue has taken. */
  acknowledged(): void {
    const { sample, roundBegan } = this.#flight;
    if (!roundBegan || this.now || sample.applicationLimited) return;
    if (sample.rate >= this.#bandwidth * BBR_FULL_GROWTH) return this.lookFor(sample.rate);
    this.#rounds += 1;
    // Three round trips of the start fill a queue for as long: one is enough where all of it was spent in one.
    this.now = this.#rounds >= BBR_FULL_ROUNDS || (this.#queue.stood && !this.ever);
    if (this.now) this.ever = true;
  }
}
