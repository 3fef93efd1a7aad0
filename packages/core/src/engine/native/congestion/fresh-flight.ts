import type { Millis } from '../../engine.js';
import { FRESH_GROWTH, FRESH_PACKETS, FRESH_ROUND_TRIP_EVERY_MS, FRESH_TOLERANCE_MS } from './parameters.js';

/**
 * How much may be on its way for what goes out next to wait in no queue to speak of: about what arrives within a round trip
 * without one. The controllers fill the way, and some of its queue with it, which makes old what is new when it is sent.
 *
 * With each round trip a little more may be on its way than there was, as far as the round trip does not grow by that.
 */
export class FreshFlight {
  #limitBytes = 0;
  /** The most that was on its way in this round trip, and the least time that one of its packets took. */
  #usedBytes = 0;
  #roundMs: Millis = Infinity;
  /** The least round trip of this period and of the one before it: what is older may be of another way. */
  #leastMs: Millis = Infinity;
  #leastBeforeMs: Millis = Infinity;
  #periodBegan: Millis = -Infinity;

  /** Whether so little is on its way, in bytes and in packets. */
  allows(bytes: number, packets: number): boolean {
    return packets < FRESH_PACKETS || bytes < this.#limitBytes;
  }

  /** A packet went out, with which so much is on its way. */
  sent(inFlightBytes: number): void {
    if (inFlightBytes > this.#usedBytes) this.#usedBytes = inFlightBytes;
  }

  /** An ACK frame was taken. @param roundTripMs What it took; NaN if it does not tell. */
  acknowledged(roundTripMs: Millis, roundBegan: boolean, now: Millis): void {
    if (roundTripMs < this.#roundMs) this.#roundMs = roundTripMs;
    if (!roundBegan || this.#roundMs === Infinity) return;
    const isOver = now - this.#periodBegan >= FRESH_ROUND_TRIP_EVERY_MS;
    if (isOver) this.#nextPeriod(now);
    if (this.#roundMs < this.#leastMs) this.#leastMs = this.#roundMs;
    const leastMs = Math.min(this.#leastMs, this.#leastBeforeMs);
    const share = (leastMs + FRESH_TOLERANCE_MS) / (this.#roundMs + FRESH_TOLERANCE_MS);
    // What it has filled of the queue empties, so that the round trip without one shows again.
    this.#limitBytes = isOver ? 0 : FRESH_GROWTH * share * this.#usedBytes;
    this.#usedBytes = 0;
    this.#roundMs = Infinity;
  }

  #nextPeriod(now: Millis): void {
    this.#periodBegan = now;
    this.#leastBeforeMs = this.#leastMs;
    this.#leastMs = Infinity;
  }
}
