import type { Millis } from '../../engine.js';
import type { CongestionController, ControllerParts } from './controller.js';
import type { FlyingPacket } from './flying-packet.js';
import { initialWindowBytes, leastWindowBytes } from './window-bounds.js';
import { lossBasedPacingRate } from './pacer.js';

/** NewReno as in RFC 9002 §7: halves on a loss, and grows by one datagram a round trip. */
export class NewReno implements CongestionController {
  readonly #parts: ControllerParts;
  #windowBytes: number;
  #slowStartBytesMax = Infinity;
  /** Losses of packets sent before this moment belong to the episode that has been paid for. */
  #recoverySince: Millis = -Infinity;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#windowBytes = initialWindowBytes(parts.datagramBytes);
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
    if (!flight.windowLimited || newestSentAt <= this.#recoverySince) return;
    const growth = this.#inSlowStart() ? ackedBytes : (datagramBytes * ackedBytes) / this.#windowBytes;
    this.#windowBytes = Math.min(this.#windowBytes + growth, windowBytesMax);
  }

  /** Halves the window, once for all packets that were lost together. */
  lost({ sentAt }: FlyingPacket, now: Millis): void {
    if (sentAt <= this.#recoverySince) return;
    this.#recoverySince = now;
    this.#windowBytes = Math.max(this.#windowBytes / 2, leastWindowBytes(this.#parts.datagramBytes));
    this.#slowStartBytesMax = this.#windowBytes;
  }

  collapse(): void {
    this.#windowBytes = leastWindowBytes(this.#parts.datagramBytes);
    this.#recoverySince = -Infinity;
  }

  #inSlowStart(): boolean {
    return this.#windowBytes < this.#slowStartBytesMax;
  }
}
