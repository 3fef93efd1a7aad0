import { INITIAL_WINDOW_BYTES_MAX, INITIAL_WINDOW_DATAGRAMS, LEAST_WINDOW_DATAGRAMS } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** How many bytes may be on their way to one peer: NewReno as in RFC 9002 §7. */
export class CongestionWindow {
  readonly #datagramBytes: number;
  readonly #windowBytesMax: number;
  #windowBytes: number;
  #slowStartBytesMax = Infinity;
  #inFlightBytes = 0;
  /** Losses of packets sent before this moment belong to the episode that has been paid for. */
  #recoverySince: Millis = -Infinity;

  constructor(datagramBytes: number, windowBytesMax: number) {
    this.#datagramBytes = datagramBytes;
    this.#windowBytesMax = windowBytesMax;
    this.#windowBytes = initialWindowBytes(datagramBytes);
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  /** Whether one more datagram may go out: it fits, or nothing is on its way. */
  get isOpen(): boolean {
    return this.#inFlightBytes === 0 || this.#inFlightBytes + this.#datagramBytes <= this.#windowBytes;
  }

  sent(bytes: number): void {
    this.#inFlightBytes += bytes;
  }

  /** @param wasFull Whether the window held sending back; a window that is not used does not grow. */
  acknowledged(bytes: number, sentAt: Millis, wasFull: boolean): void {
    this.#inFlightBytes -= bytes;
    if (!wasFull || sentAt <= this.#recoverySince) return;
    const growth =
      this.#windowBytes < this.#slowStartBytesMax ? bytes : (this.#datagramBytes * bytes) / this.#windowBytes;
    this.#windowBytes = Math.min(this.#windowBytes + growth, this.#windowBytesMax);
  }

  /** Halves the window, once for all packets that were lost together. */
  lost(bytes: number, sentAt: Millis, now: Millis): void {
    this.#inFlightBytes -= bytes;
    if (sentAt <= this.#recoverySince) return;
    this.#recoverySince = now;
    this.#windowBytes = Math.max(this.#windowBytes / 2, LEAST_WINDOW_DATAGRAMS * this.#datagramBytes);
    this.#slowStartBytesMax = this.#windowBytes;
  }

  /** Nobody waits for these any more, lost or not. */
  forgotten(bytes: number): void {
    this.#inFlightBytes -= bytes;
  }

  /** The way is another: what was learned of the last does not hold, and what was sent on it tells nothing of this one. */
  startAnew(now: Millis): void {
    this.#windowBytes = initialWindowBytes(this.#datagramBytes);
    this.#slowStartBytesMax = Infinity;
    this.#recoverySince = now;
  }

  /** Nothing has come back through several probes: start again from the least. */
  collapse(): void {
    this.#windowBytes = LEAST_WINDOW_DATAGRAMS * this.#datagramBytes;
    this.#recoverySince = -Infinity;
  }
}

/** RFC 9002 §7.2. */
function initialWindowBytes(datagramBytes: number): number {
  const most = Math.max(LEAST_WINDOW_DATAGRAMS * datagramBytes, INITIAL_WINDOW_BYTES_MAX);
  return Math.min(INITIAL_WINDOW_DATAGRAMS * datagramBytes, most);
}
