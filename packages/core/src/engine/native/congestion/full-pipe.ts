import type { Millis } from '../../engine.js';
import type { Flight } from './flight.js';
import type { RoundTrip } from '../packets/round-trip.js';
import { TIMER_GRANULARITY_MS } from '../../../native-limits.js';
import { BBR_FULL_GROWTH, BBR_FULL_ROUNDS, BBR_STANDING_QUEUE } from './parameters.js';

/**
 * Finds out whether more is sent than before, and no more of it arrives: draft-ietf-ccwg-bbr §5.3.1.2, and decision 0023 for what
 * a standing queue shows.
 */
export class FullPipe {
  /** Whether that is so since it was looked for, and whether it ever was. */
  now = false;
  ever = false;
  readonly #flight: Flight;
  readonly #roundTrip: RoundTrip;
  #bandwidth = 0;
  /** The shortest round trip of the packets that this one brings back. */
  #leastOfRoundMs: Millis = Infinity;
  #rounds = 0;

  constructor(flight: Flight, roundTrip: RoundTrip) {
    this.#flight = flight;
    this.#roundTrip = roundTrip;
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
    if (sample.roundTripMs < this.#leastOfRoundMs) this.#leastOfRoundMs = sample.roundTripMs;
    if (!roundBegan) return;
    const queueStood = this.#queueStood();
    this.#leastOfRoundMs = Infinity;
    if (this.now || sample.applicationLimited) return;
    if (sample.rate >= this.#bandwidth * BBR_FULL_GROWTH) return this.lookFor(sample.rate);
    this.#rounds += 1;
    // Three round trips of the start fill a queue for as long: one is enough where all of it was spent in one.
    this.now = this.#rounds >= BBR_FULL_ROUNDS || (queueStood && !this.ever);
    if (this.now) this.ever = true;
  }

  /** Whether every packet of the round trip that ends waited in a queue. */
  #queueStood(): boolean {
    return this.#leastOfRoundMs > BBR_STANDING_QUEUE * this.#roundTrip.leastMs + TIMER_GRANULARITY_MS;
  }
}
