import type { Millis } from '../../engine.js';
import type { Flight } from './flight.js';
import { TIMER_GRANULARITY_MS } from '../../../native-limits.js';
import { BBR_PROBE_QUEUE, BBR_QUEUE_SPANS, BBR_STANDING_QUEUE } from './parameters.js';

/** A queue in which every packet waits, as round trips show it, and what arrives while it stands: docs/decisions/0023. */
export class StandingQueue {
  /** Bytes that arrived in a millisecond of the last round trip. */
  rate = 0;
  readonly #flight: Flight;
  /** The round trip without a queue; Infinity while it is not known. */
  #emptyMs: Millis = Infinity;
  /** The shortest round trip of the packets that this one brings back, and the last one brought. */
  #leastOfRoundMs: Millis = Infinity;
  #leastOfRoundBeforeMs: Millis = Infinity;
  /** The same of a part of a round trip: a queue that a probe builds shows long before all packets of a round trip waited in it. */
  #leastOfSpanMs: Millis = Infinity;
  #leastOfSpanBeforeMs: Millis = Infinity;
  #spanEndsAt: Millis = -Infinity;
  /** The shortest round trip before packets of the probe come back; Infinity while it is not known. */
  #beforeProbeMs: Millis = Infinity;
  #roundBeganAt: Millis = 0;
  #deliveredBefore = 0;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  /** Whether a round trip has just ended of which every packet waited. */
  get stood(): boolean {
    return this.#flight.roundBegan && isQueued(this.#leastOfRoundBeforeMs, this.#emptyMs, BBR_STANDING_QUEUE);
  }

  /** Whether packets wait longer now than they did before the probe. */
  get grewInProbe(): boolean {
    return isQueued(this.#leastOfSpanBeforeMs, this.#beforeProbeMs, BBR_PROBE_QUEUE);
  }

  /** A probe begins: the packets that come back in the next round trip are none of it. */
  beginProbe(): void {
    this.#beforeProbeMs = Infinity;
  }

  /** Takes the sample of an ACK frame. */
  acknowledged(emptyMs: Millis, now: Millis): void {
    const { sample, roundBegan } = this.#flight;
    this.#emptyMs = emptyMs;
    if (now > this.#spanEndsAt) this.#endSpan(now);
    // What gives no round trip is not less than anything.
    if (sample.roundTripMs < this.#leastOfRoundMs) this.#leastOfRoundMs = sample.roundTripMs;
    if (sample.roundTripMs < this.#leastOfSpanMs) this.#leastOfSpanMs = sample.roundTripMs;
    if (roundBegan) this.#endRound(now);
  }

  #endSpan(now: Millis): void {
    this.#leastOfSpanBeforeMs = this.#leastOfSpanMs;
    this.#leastOfSpanMs = Infinity;
    this.#spanEndsAt = this.#emptyMs === Infinity ? now : now + this.#emptyMs / BBR_QUEUE_SPANS;
  }

  #endRound(now: Millis): void {
    const { deliveredBytes } = this.#flight;
    this.rate = (deliveredBytes - this.#deliveredBefore) / Math.max(now - this.#roundBeganAt, TIMER_GRANULARITY_MS);
    this.#deliveredBefore = deliveredBytes;
    this.#roundBeganAt = now;
    this.#leastOfRoundBeforeMs = this.#leastOfRoundMs;
    this.#leastOfRoundMs = Infinity;
    if (this.#beforeProbeMs === Infinity) this.#beforeProbeMs = Math.max(this.#leastOfRoundBeforeMs, this.#emptyMs);
  }
}

/** Whether a round trip is so much longer than another. Of which nothing is known, nothing is shown. */
function isQueued(roundTripMs: Millis, otherMs: Millis, growth: number): boolean {
  return roundTripMs !== Infinity && roundTripMs > growth * otherMs + TIMER_GRANULARITY_MS;
}
