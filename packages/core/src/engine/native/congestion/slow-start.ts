import type { Millis } from '../../engine.js';
import type { Flight } from './flight.js';
import {
  CONSERVATIVE_GROWTH_DIVISOR,
  CONSERVATIVE_ROUNDS,
  DELAY_INCREASE_DIVISOR,
  DELAY_INCREASE_MS_MAX,
  DELAY_INCREASE_MS_MIN,
  ROUND_TRIP_SAMPLES_MIN,
} from './parameters.js';

/** The start, in which a window doubles with each round trip, and how it ends before packets are lost: HyStart++, RFC 9406. */
export class SlowStart {
  readonly #flight: Flight;
  #leastMs: Millis = Infinity;
  #leastBeforeMs: Millis = Infinity;
  #samples = 0;
  /** The least round trip before it grew, and how many rounds of conservative growth are left; undefined before that. */
  #conservative: { readonly baselineMs: Millis; roundsLeft: number } | undefined;
  /** Whether it has ended because round trips grew longer. */
  over = false;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  /** Takes the sample of an ACK frame; gives by how much the window grows. */
  acknowledged(): number {
    const { sample, roundBegan } = this.#flight;
    if (roundBegan) this.#beginRound();
    if (!Number.isNaN(sample.roundTripMs)) this.#take(sample.roundTripMs);
    return this.#conservative === undefined ? sample.ackedBytes : sample.ackedBytes / CONSERVATIVE_GROWTH_DIVISOR;
  }

  #beginRound(): void {
    this.#leastBeforeMs = this.#leastMs;
    this.#leastMs = Infinity;
    this.#samples = 0;
    if (this.#conservative === undefined) return;
    this.#conservative.roundsLeft -= 1;
    if (this.#conservative.roundsLeft === 0) this.over = true;
  }

  #take(roundTripMs: Millis): void {
    this.#leastMs = Math.min(this.#leastMs, roundTripMs);
    this.#samples += 1;
    if (this.#samples < ROUND_TRIP_SAMPLES_MIN) return;
    if (this.#conservative !== undefined) {
      // It was only a spike.
      if (this.#leastMs < this.#conservative.baselineMs) this.#conservative = undefined;
      return;
    }
    if (this.#leastMs >= this.#leastBeforeMs + increaseOf(this.#leastBeforeMs))
      this.#conservative = { baselineMs: this.#leastMs, roundsLeft: CONSERVATIVE_ROUNDS };
  }
}

/** By how much a round trip has to grow until a queue is believed to grow. */
function increaseOf(leastMs: Millis): Millis {
  return Math.max(DELAY_INCREASE_MS_MIN, Math.min(leastMs / DELAY_INCREASE_DIVISOR, DELAY_INCREASE_MS_MAX));
}
