import type { Millis } from '../../engine.js';
import type { CongestionController, ControllerParts, LossBasedState } from './controller.js';
import type { FlyingPacket } from './flying-packet.js';
import { Recovery } from './recovery.js';
import type { LostPacket } from '../packets/lost-packets.js';
import { initialWindowBytes, leastWindowBytes } from './window-bounds.js';
import { lossBasedPacingRate } from './pacer.js';
import { SlowStart } from './slow-start.js';
import { CUBIC_BETA, CUBIC_SCALE } from './parameters.js';

/** By how much Reno's estimate grows in a window, so that it takes as much as one that halves: RFC 9438 §4.3. */
const FRIENDLY_GROWTH = (3 * (1 - CUBIC_BETA)) / (1 + CUBIC_BETA);

/** What a reduction may come back to: RFC 9438 §4.9. */
interface Before {
  readonly windowBytes: number;
  readonly slowStartBytesMax: number;
  readonly plateauBytes: number;
  readonly reducedFromBytes: number;
  readonly friendlyBytes: number;
  readonly elapsedMs: Millis;
}

/** CUBIC, RFC 9438, with HyStart++, RFC 9406. In bytes, where the RFC counts segments. */
export class Cubic implements CongestionController {
  readonly #parts: ControllerParts;
  readonly #slowStart: SlowStart;
  #windowBytes: number;
  #slowStartBytesMax = Infinity;
  readonly #recovery = new Recovery<Before>();
  /** The window before the last reduction, to which it comes back, and the one from which this episode began. */
  #plateauBytes = 0;
  #reducedFromBytes = 0;
  /** What Reno would have by now. */
  #friendlyBytes = 0;
  /** For how long it has grown since the last reduction: while the window was in use. Negative before it has begun. */
  #elapsedMs: Millis = -1;
  #lastAckAt: Millis = 0;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#slowStart = new SlowStart(parts.flight);
    this.#windowBytes = initialWindowBytes(parts.datagramBytes);
  }

  get state(): LossBasedState {
    return this.#inSlowStart() ? 'slow-start' : 'avoidance';
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get pacingRate(): number {
    return lossBasedPacingRate(this.#windowBytes, this.#parts.roundTrip, this.#inSlowStart());
  }

  sent(): void {
    // The window alone decides.
  }

  acknowledged(now: Millis): void {
    const { flight, windowBytesMax } = this.#parts;
    const { newestSentAt } = flight.sample;
    const sinceLastMs = now - this.#lastAckAt;
    this.#lastAckAt = now;
    // A window that is not used does not grow, nor does its time go on: RFC 9438 §5.8.
    if (!flight.windowLimited || this.#recovery.covers(newestSentAt)) return;
    const growth = this.#inSlowStart() ? this.#growAtFirst() : this.#growByTime(sinceLastMs);
    this.#windowBytes = Math.min(this.#windowBytes + growth, windowBytesMax);
  }

  /** Reduces the window, once for all packets that were lost together. */
  lost(packet: FlyingPacket, now: Millis): void {
    if (!this.#recovery.begins(packet, now)) return;
    this.#recovery.before = this.#stand();
    const window = this.#windowBytes;
    // Another flow wants room: come back to less, RFC 9438 §4.7.
    const givesWay = window < this.#plateauBytes;
    this.#reducedFromBytes = window;
    this.#plateauBytes = givesWay ? (window * (1 + CUBIC_BETA)) / 2 : window;
    this.#windowBytes = Math.max(window * CUBIC_BETA, leastWindowBytes(this.#parts.datagramBytes));
    this.#slowStartBytesMax = this.#windowBytes;
    this.#friendlyBytes = this.#windowBytes;
    this.#elapsedMs = 0;
  }

  arrivedLate(packet: LostPacket): void {
    const before = this.#recovery.undo(packet);
    if (before === undefined) return;
    this.#windowBytes = Math.max(this.#windowBytes, before.windowBytes);
    this.#slowStartBytesMax = before.slowStartBytesMax;
    this.#plateauBytes = before.plateauBytes;
    this.#reducedFromBytes = before.reducedFromBytes;
    this.#friendlyBytes = Math.max(this.#friendlyBytes, before.friendlyBytes);
    this.#elapsedMs = before.elapsedMs;
  }

  collapse(): void {
    this.#windowBytes = leastWindowBytes(this.#parts.datagramBytes);
    this.#recovery.end();
    this.#elapsedMs = -1;
  }

  #stand(): Before {
    return {
      windowBytes: this.#windowBytes,
      slowStartBytesMax: this.#slowStartBytesMax,
      plateauBytes: this.#plateauBytes,
      reducedFromBytes: this.#reducedFromBytes,
      friendlyBytes: this.#friendlyBytes,
      elapsedMs: this.#elapsedMs,
    };
  }

  #growAtFirst(): number {
    const growth = this.#slowStart.acknowledged();
    if (this.#slowStart.over) this.#slowStartBytesMax = this.#windowBytes;
    return growth;
  }

  #growByTime(sinceLastMs: Millis): number {
    const { flight, roundTrip, datagramBytes } = this.#parts;
    const { ackedBytes } = flight.sample;
    if (this.#elapsedMs < 0) this.#beginWithoutLoss();
    else this.#elapsedMs += sinceLastMs;
    const window = this.#windowBytes;
    const friendlier = this.#friendlyBytes < this.#reducedFromBytes ? FRIENDLY_GROWTH : 1;
    this.#friendlyBytes += (friendlier * datagramBytes * ackedBytes) / window;
    const aheadMs = this.#elapsedMs + (roundTrip.smoothedMs ?? 0);
    if (this.#cubicBytes(this.#elapsedMs) < this.#friendlyBytes) return Math.max(0, this.#friendlyBytes - window);
    const target = Math.min(Math.max(this.#cubicBytes(aheadMs), window), 1.5 * window);
    return ((target - window) * ackedBytes) / window;
  }

  /** The start has ended without a loss: the window is where it wants to be. */
  #beginWithoutLoss(): void {
    this.#elapsedMs = 0;
    this.#plateauBytes = this.#windowBytes;
    this.#reducedFromBytes = this.#windowBytes;
    this.#friendlyBytes = this.#windowBytes;
  }

  /** W_cubic(t), RFC 9438 §4.2. */
  #cubicBytes(elapsedMs: Millis): number {
    const { datagramBytes } = this.#parts;
    const scale = CUBIC_SCALE * datagramBytes;
    const untilPlateau = Math.cbrt((this.#plateauBytes - this.#slowStartBytesMax) / scale);
    return scale * (elapsedMs / 1000 - untilPlateau) ** 3 + this.#plateauBytes;
  }

  #inSlowStart(): boolean {
    return this.#windowBytes < this.#slowStartBytesMax;
  }
}
