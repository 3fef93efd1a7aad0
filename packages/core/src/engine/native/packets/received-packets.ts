import { ACK_DELAY_MS_MAX, PACKET_NUMBERS_REMEMBERED } from '../../../native-limits.js';
import { ACK_RANGES_MAX, type AckRange } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';
import { NumberRanges } from '../../tables/number-ranges.js';
import { NumberWindow } from '../../tables/number-window.js';

/** The longest delay of an acknowledgement that an ACK frame tells; a longer one is told as this. */
export const DELAY_TOLD_MS_MAX: Millis = 1_000;

/** Ack-eliciting packets after which an acknowledgement waits for nothing: RFC 9000 §13.2.2. */
const PACKETS_PER_ACK = 2;

/** The packet numbers that came in, and when they are to be acknowledged: docs/protocol.md §6. */
export class ReceivedPackets {
  /** By which duplicates are recognised, and packets that somebody replays. */
  readonly #seen = new NumberWindow(PACKET_NUMBERS_REMEMBERED);
  /** What ACK frames tell: those that the peer may not have heard of. */
  readonly #told = new NumberRanges(ACK_RANGES_MAX);
  /** When the last packet was added, and when the one with the largest number was. */
  #lastAt: Millis = -Infinity;
  #largestAt: Millis = 0;
  #unacknowledged = 0;
  /** How many packets were added, and how many of them an ACK frame has told of. */
  #arrivals = 0;
  #arrivalsTold = 0;
  #dueAt: Millis = Infinity;

  get largest(): number {
    return this.#seen.largest;
  }

  /** When the last packet came; `-Infinity` if none has. */
  get lastAt(): Millis {
    return this.#lastAt;
  }

  /** What there is to tell in an ACK frame. */
  get ranges(): readonly AckRange[] {
    return this.#told.ranges;
  }

  /** Whether something came in that has not been acknowledged. */
  get pending(): boolean {
    return this.#unacknowledged > 0;
  }

  /** How many packets have been added: which arrival the last one was. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The last arrival that an ACK frame has told of. */
  get arrivalsTold(): number {
    return this.#arrivalsTold;
  }

  /** When an acknowledgement must go out even if nothing else does; `Infinity` if never. */
  get dueAt(): Millis {
    return this.#dueAt;
  }

  /** Takes a packet number in; false if it is a duplicate, or too old to tell. */
  add(number: number, now: Millis): boolean {
    const inOrder = number === this.#seen.largest + 1;
    if (!this.#seen.add(number)) return false;
    this.#told.add(number);
    this.#arrivals += 1;
    this.#lastAt = now;
    if (number === this.#seen.largest) this.#largestAt = now;
    if (!inOrder) this.#dueAt = now;
    return true;
  }

  /**
   * The packet that was added last wants to be acknowledged.
   *
   * @param atOnce Whether the peer waits for that: RFC 9000 §13.2.1.
   */
  elicited(now: Millis, atOnce = false): void {
    this.#unacknowledged += 1;
    const due = atOnce || this.#unacknowledged >= PACKETS_PER_ACK || this.#dueAt <= now ? now : now + ACK_DELAY_MS_MAX;
    this.#dueAt = Math.min(this.#dueAt, due);
  }

  /** The packet that was added last is to be acknowledged by the next that goes out anyway; at once if it shows a gap. */
  elicitedLater(): void {
    this.#unacknowledged ||= 1;
  }

  /** A gap alone does not make an acknowledgement due: only packets that want one do. */
  notElicited(): void {
    if (this.#unacknowledged === 0) this.#dueAt = Infinity;
  }

  /** How long the largest number has waited, for the ACK frame. */
  delayMicros(now: Millis): number {
    return Math.max(0, Math.round((now - this.#largestAt) * 1000));
  }

  /** An ACK frame may have been lost: the next packet that goes out anyway carries another. */
  repeat(): void {
    if (this.#told.ranges.length > 0) this.#unacknowledged ||= 1;
  }

  /** An ACK frame with all ranges went out. */
  acknowledged(): void {
    this.#unacknowledged = 0;
    this.#arrivalsTold = this.#arrivals;
    this.#dueAt = Infinity;
  }

  /** The peer has an ACK frame up to this number, so it need not hear of lower ones again. */
  confirmed(largest: number): void {
    this.#told.raiseFloor(largest - 1);
  }
}
