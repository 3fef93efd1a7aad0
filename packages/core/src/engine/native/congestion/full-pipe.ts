import type { Flight } from './flight.js';
import { BBR_FULL_GROWTH, BBR_FULL_ROUNDS } from './parameters.js';

/** Finds out whether more is sent than before, and no more of it arrives: draft-ietf-ccwg-bbr §5.3.1.2. */
export class FullPipe {
  /** Whether that is so since it was looked for, and whether it ever was. */
  now = false;
  ever = false;
  readonly #flight: Flight;
  #bandwidth = 0;
  #rounds = 0;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  /** Looks for it from now on. */
  lookFor(bandwidth: number): void {
    this.#bandwidth = bandwidth;
    this.#rounds = 0;
    this.now = false;
  }

  /** Takes the sample of an ACK frame. */
  acknowledged(): void {
    const { sample, roundBegan } = this.#flight;
    if (this.now || !roundBegan || sample.applicationLimited) return;
    if (sample.rate >= this.#bandwidth * BBR_FULL_GROWTH) return this.lookFor(sample.rate);
    this.#rounds += 1;
    this.now = this.#rounds >= BBR_FULL_ROUNDS;
    if (this.now) this.ever = true;
  }
}
