import { LOST_PACKETS_REMEMBERED_MAX } from '../../../native-limits.js';
import type { AckRange } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';

/** What is kept of a packet that was taken for lost. */
export interface LostPacket {
  readonly number: number;
  readonly sentAt: Millis;
  readonly bytes: number;
  readonly lostAt: Millis;
}

/** The packets that were taken for lost last, for an acknowledgement may still show that they were only overtaken. */
export class LostPackets {
  /** How many there were, those that arrived after all included. */
  count = 0;
  /** In the order of their numbers. */
  readonly #packets: LostPacket[] = [];

  add({ number, sentAt, bytes }: Omit<LostPacket, 'lostAt'>, lostAt: Millis): void {
    this.count += 1;
    this.#packets.splice(this.#search(number), 0, { number, sentAt, bytes, lostAt });
    if (this.#packets.length > LOST_PACKETS_REMEMBERED_MAX) this.#packets.shift();
  }

  /** Takes out those that an ACK frame acknowledges. */
  takeArrived(ranges: readonly AckRange[]): LostPacket[] {
    const arrived: LostPacket[] = [];
    // The ranges come largest first.
    for (const { start, end } of ranges) {
      const oldest = this.#packets[0];
      if (oldest === undefined || end < oldest.number) break;
      const first = this.#search(start);
      arrived.push(...this.#packets.splice(first, this.#search(end + 1) - first));
    }
    return arrived;
  }

  /** Forgets those that were lost before a moment. */
  forget(before: Millis): void {
    const kept = this.#packets.findIndex(({ lostAt }) => lostAt >= before);
    if (kept !== 0) this.#packets.splice(0, kept < 0 ? this.#packets.length : kept);
  }

  /** The place of the first whose number is at least this. */
  #search(number: number): number {
    let low = 0;
    let high = this.#packets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#packets[middle]!.number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
