import type { Millis } from '../../engine.js';
import { Fifo } from '../../tables/fifo.js';
import type { Item } from './item.js';
import { PART_ROOM_BYTES_MIN, type OutgoingParts } from '../messages/parts.js';

/** What waits to be sent to one peer: first what was lost, then what is new and small, then parts of what is large. */
export class SendQueue {
  /** Made with the first loss: where nothing is lost, it costs neither memory nor time. */
  #lost: Set<Item> | undefined;
  readonly #fresh = new Fifo<Item>();
  #large: OutgoingParts[] = [];

  push(item: Item): void {
    this.#fresh.push(item);
  }

  /** Queues something that has been sent before. Twice is once. */
  pushLost(item: Item): void {
    this.#lost ??= new Set();
    this.#lost.add(item);
  }

  /** Whether there is anything to send. Forgets what nobody wants any more. */
  get hasWork(): boolean {
    return this.#peek() !== undefined || this.#peekLarge() !== undefined;
  }

  /** How much room the next item needs; 0 if there is none, or any room will do. */
  get nextBytes(): number {
    return this.#peek()?.bytesMax ?? 0;
  }

  /**
   * Takes the next item that fits, or undefined.
   *
   * @param roomBytes Bytes left in the packet.
   * @param itemBytesMax Bytes that an item can have in any packet; larger ones are cut into parts.
   */
  take(roomBytes: number, itemBytesMax: number, now: Millis): Item | undefined {
    for (let item = this.#peek(); item !== undefined; item = this.#peek()) {
      if (item.bytesMax <= roomBytes) {
        this.#drop(item);
        return item;
      }
      if (item.bytesMax <= itemBytesMax || item.toParts === undefined) return undefined;
      this.#drop(item);
      this.#large.push(item.toParts(now));
    }
    if (roomBytes < PART_ROOM_BYTES_MIN) return undefined;
    return this.#peekLarge()?.next(Math.min(roomBytes, itemBytesMax));
  }

  #peek(): Item | undefined {
    if (this.#lost !== undefined && this.#lost.size > 0) {
      for (const item of this.#lost) {
        if (item.wanted) return item;
        this.#lost.delete(item);
      }
    }
    let item = this.#fresh.first;
    while (item?.wanted === false) {
      this.#fresh.shift();
      item = this.#fresh.first;
    }
    return item;
  }

  #drop(item: Item): void {
    if (this.#lost?.delete(item) !== true) this.#fresh.shift();
  }

  #peekLarge(): OutgoingParts | undefined {
    while (this.#large.length > 0) {
      const source = this.#large[0]!;
      if (source.hasNext) return source;
      this.#large.shift();
    }
    return undefined;
  }
}
