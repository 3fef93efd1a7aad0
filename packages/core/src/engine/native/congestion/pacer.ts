import type { Millis } from '../../engine.js';
import type { RoundTrip } from '../packets/round-trip.js';
import { initialWindowBytes } from './window-bounds.js';
import { PACING_BURST_MS } from './parameters.js';

/** How much faster than a window in a round trip packets go out, so that the window stays what holds back: RFC 9002 §7.7. */
const GAIN = 1.25;
/** While the window doubles with each round trip. */
const SLOW_START_GAIN = 2;

/** The rate at which a window goes out over a round trip, in bytes a millisecond; Infinity while that is not known. */
export function lossBasedPacingRate(windowBytes: number, roundTrip: RoundTrip, inSlowStart: boolean): number {
  const { smoothedMs } = roundTrip;
  if (smoothedMs === undefined || smoothedMs === 0) return Infinity;
  return ((inSlowStart ? SLOW_START_GAIN : GAIN) * windowBytes) / smoothedMs;
}

/**
 * Spreads packets over time, as a bucket that fills up at the pacing rate: RFC 9002 §7.7. It holds what goes out in a few
 * milliseconds, for timers go off no more often than that, and at least an initial window.
 */
export class Pacer {
  readonly #burstBytesMin: number;
  #budgetBytes: number;
  #filledAt: Millis = -Infinity;

  constructor(datagramBytes: number) {
    this.#burstBytesMin = initialWindowBytes(datagramBytes);
    this.#budgetBytes = this.#burstBytesMin;
  }

  /** Whether a packet may go out now, at a rate in bytes a millisecond. */
  isOpen(rate: number, now: Millis): boolean {
    if (rate === Infinity) return true;
    const burstBytesMax = Math.max(this.#burstBytesMin, PACING_BURST_MS * rate);
    const filled = this.#filledAt === -Infinity ? Infinity : this.#budgetBytes + rate * (now - this.#filledAt);
    this.#budgetBytes = Math.min(filled, burstBytesMax);
    this.#filledAt = now;
    return this.#budgetBytes > 0;
  }

  /** How many bytes may go out at once, as the last question whether it is open has found. */
  get budgetBytes(): number {
    return this.#budgetBytes;
  }

  /** When it is open again, if it is closed. */
  opensAt(rate: number): Millis {
    return this.#filledAt + (1 - this.#budgetBytes) / rate;
  }

  sent(bytes: number): void {
    // What goes out whatever it says is not paid for later by more than a burst.
    this.#budgetBytes = Math.max(this.#budgetBytes - bytes, -this.#burstBytesMin);
  }
}
