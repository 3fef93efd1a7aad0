import type { Millis } from '../../engine.js';
import { Fifo } from '../../tables/fifo.js';
import { PART_ROOM_BYTES_MIN } from '../../../wire/native/encode-frames.js';
import type { Item, ItemSource } from './item.js';

/** What waits to be sent to one peer: first what was lost, then what is new and small, then parts of what is large. */
export class SendQueue {
  /** Made with the first loss: where nothing is lost, it costs neither memory nor time. */
  #lost: Set<Item> | undefined;
  readonly #fresh = new Fifo<Item>();
  #large: ItemSource[] = [];

  push(item: Item): void {
    this.#fresh.push(item);
  }

  /** Queues something that has been sent before. Twice is once. */
  pushLost(item: Item): void {
    this.#lost ??= new Set();
    this.#lost.add(item);
  }

  /** Whether there is anything to send, as far as the last `prune` can tell. */
  get hasWork(): boolean {
    return (this.#lost?.size ?? 0) > 0 || this.#fresh.first !== undefined || this.#large.length > 0;
  }

  /** How much room the next item needs; 0 if there is none, or any room will do. */
  get nextBytes(): number {
    for (const item of this.#lost ?? []) return item.bytesMax;
    return this.#fresh.first?.bytesMax ?? 0;
  }

  /** Forgets what nobody wants any more, as far as it comes next. */
  prune(): void {
    this.#pruneItems();
    this.#pruneLarge();
  }

  /**
   * Takes the next item that fits, or undefined.
   *
   * @param roomBytes Bytes left in the packet.
   * @param itemBytesMax Bytes that an item can have in any packet; larger ones are cut into parts.
   */
  take(roomBytes: number, itemBytesMax: number, now: Millis): Item | undefined {
    for (let item = this.#pruneItems(); item !== undefined; item = this.#pruneItems()) {
      if (item.bytesMax <= roomBytes) {
        this.#remove(item);
        return item;
      }
      if (item.bytesMax <= itemBytesMax || item.toParts === undefined) return undefined;
      this.#remove(item);
      this.#large.push(item.toParts(now));
    }
    if (roomBytes < PART_ROOM_BYTES_MIN) return undefined;
    return this.#pruneLarge()?.next(Math.min(roomBytes, itemBytesMax));
  }

  /** Gives the next item that somebody wants. */
  #pruneItems(): Item | undefined {
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

  #remove(item: Item): void {
    if (this.#lost?.delete(item) !== true) this.#fresh.shift();
  }

  /** Gives the next message in parts that somebody wants. */
  #pruneLarge(): ItemSource | undefined {
    while (this.#large.length > 0) {
      const source = this.#large[0]!;
      if (source.hasNext) return source;
      this.#large.shift();
    }
    return undefined;
  }
}
