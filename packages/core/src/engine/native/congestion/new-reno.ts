import type { Millis } from '../../engine.js';
import type { CongestionController, ControllerParts, LossBasedState } from './controller.js';
import type { FlyingPacket } from './flying-packet.js';
import { Recovery } from './recovery.js';
import type { LostPacket } from '../packets/lost-packets.js';
import { initialWindowBytes, leastWindowBytes } from './window-bounds.js';
import { lossBasedPacingRate } from './pacer.js';

/** What a reduction may come back to. */
interface Before {
  readonly windowBytes: number;
  readonly slowStartBytesMax: number;
}

/** NewReno as in RFC 9002 §7: halves on a loss, and grows by one datagram a round trip. */
export class NewReno implements CongestionController {
  readonly #parts: ControllerParts;
  #windowBytes: number;
  #slowStartBytesMax = Infinity;
  readonly #recovery = new Recovery<Before>();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
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

  acknowledged(): void {
    const { flight, datagramBytes, windowBytesMax } = this.#parts;
    const { ackedBytes, newestSentAt } = flight.sample;
    // A window that is not used does not grow: RFC 9002 §7.8.
    if (!flight.windowLimited || this.#recovery.covers(newestSentAt)) return;
    const growth = this.#inSlowStart() ? ackedBytes : (datagramBytes * ackedBytes) / this.#windowBytes;
    this.#windowBytes = Math.min(this.#windowBytes + growth, windowBytesMax);
  }

  /** Halves the window, once for all packets that were lost together. */
  lost(packet: FlyingPacket, now: Millis): void {
    if (!this.#recovery.begins(packet, now)) return;
    this.#recovery.before = { windowBytes: this.#windowBytes, slowStartBytesMax: this.#slowStartBytesMax };
    this.#windowBytes = Math.max(this.#windowBytes / 2, leastWindowBytes(this.#parts.datagramBytes));
    this.#slowStartBytesMax = this.#windowBytes;
  }

  arrivedLate(packet: LostPacket): void {
    const before = this.#recovery.undo(packet);
    if (before === undefined) return;
    this.#windowBytes = Math.max(this.#windowBytes, before.windowBytes);
    this.#slowStartBytesMax = before.slowStartBytesMax;
  }

  collapse(): void {
    this.#windowBytes = leastWindowBytes(this.#parts.datagramBytes);
    this.#recovery.end();
  }

  #inSlowStart(): boolean {
    return this.#windowBytes < this.#slowStartBytesMax;
  }
}
