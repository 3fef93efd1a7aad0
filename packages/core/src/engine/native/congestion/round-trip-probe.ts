import type { Millis } from '../../engine.js';
import type { Flight } from './flight.js';
import { BBR_PROBE_ROUND_TRIP_MS } from './parameters.js';

/** The moment in which BBR sends little, so that the queue empties and the round trip without it shows: §5.3.4. */
export class RoundTripProbe {
  readonly #flight: Flight;
  #endsAt: Millis = Infinity;
  #roundsBefore = 0;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  begin(): void {
    this.#endsAt = Infinity;
    this.#flight.beginRound();
  }

  /** Takes an ACK frame, while no more than `bytesMax` should be on their way; gives whether a round trip of that has passed. */
  acknowledged(bytesMax: number, now: Millis): boolean {
    const flight = this.#flight;
    flight.applicationIsLimited();
    if (this.#endsAt === Infinity && flight.inFlightBytes <= bytesMax) {
      this.#endsAt = now + BBR_PROBE_ROUND_TRIP_MS;
      this.#roundsBefore = flight.rounds;
      flight.beginRound();
      return false;
    }
    return flight.rounds > this.#roundsBefore && this.isLongEnough(now);
  }

  isLongEnough(now: Millis): boolean {
    return now > this.#endsAt;
  }
}
