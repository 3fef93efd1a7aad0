import {
  STREAM_BYTES,
  STREAM_BYTES_MAX,
  STREAM_ITEMS,
  STREAM_ITEMS_MAX,
  UNREAD_STREAM_BYTES,
  UNREAD_STREAM_ITEMS,
} from '../../../native-limits.js';
import type { Credit } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';

/** What a reader allows once it reads. */
export const READ_CREDIT: Credit = { items: STREAM_ITEMS, bytes: STREAM_BYTES };

/** What a callee allows before its handler reads. */
const UNREAD_CREDIT: Credit = { items: UNREAD_STREAM_ITEMS, bytes: UNREAD_STREAM_BYTES };

/** In how many round trips half of a window is taken by a reader that waits for more: one of them is that of the credit. */
const ROUND_TRIPS_OF_HALF = 2;

/** What counts the bytes that may come and that nobody has to read. */
export interface WindowHome {
  /** More may come from the peer, or fewer. */
  allowed(bytes: number): void;
  /** Whether so many more may be allowed to a reader that is fast. */
  mayAllow(bytes: number): boolean;
}

/** How far the sender of a stream may be ahead of the reader at this end: little before anybody reads, more for who reads fast. */
export class ReaderWindow {
  credit: Credit;
  readonly #isCaller: boolean;
  #toldAt: Millis = -Infinity;

  constructor(isCaller: boolean) {
    this.#isCaller = isCaller;
    this.credit = isCaller ? READ_CREDIT : UNREAD_CREDIT;
  }

  /** The peer may send as much from now on. */
  open(home: WindowHome): void {
    this.#count(home, this.credit.bytes);
  }

  /** Nothing may come any more. */
  close(home: WindowHome): void {
    this.#count(home, -this.credit.bytes);
  }

  /** Somebody reads; gives whether that is new, so that more is allowed. */
  read(home: WindowHome): boolean {
    if (this.credit !== UNREAD_CREDIT) return false;
    this.#become(READ_CREDIT, home);
    return true;
  }

  /** The peer is about to hear of it: it doubles if half of it was taken in no more time than the way takes. */
  tell(home: WindowHome, roundTripMs: Millis, now: Millis): void {
    const isHeldUp = now - this.#toldAt < ROUND_TRIPS_OF_HALF * roundTripMs;
    this.#toldAt = now;
    const { items, bytes } = this.credit;
    if (!isHeldUp || bytes >= STREAM_BYTES_MAX || !home.mayAllow(bytes)) return;
    this.#become({ items: Math.min(2 * items, STREAM_ITEMS_MAX), bytes: 2 * bytes }, home);
  }

  #become(credit: Credit, home: WindowHome): void {
    this.#count(home, credit.bytes - this.credit.bytes);
    this.credit = credit;
  }

  /** A caller has asked for what comes. */
  #count(home: WindowHome, bytes: number): void {
    if (!this.#isCaller) home.allowed(bytes);
  }
}
