import type { Millis } from '../../engine.js';
import { WantedFifo } from '../../tables/wanted-fifo.js';
import { PART_ROOM_BYTES_MIN } from '../../../wire/native/encode-frames.js';
import type { Item, ItemSource } from './item.js';

/** What waits to be sent to one peer: first what was lost, then what is new and small, then parts of what is large. */
export class SendQueue {
  /** Made with the first loss: where nothing is lost, it costs neither memory nor time. */
  #lost: WantedFifo<Item> | undefined;
  readonly #fresh = new WantedFifo<Item>();
  /** Made with the first that is large. */
  #large: WantedFifo<ItemSource> | undefined;

  push(item: Item): void {
    this.#fresh.push(item);
  }

  /** Queues something that has been sent before. Twice is once. */
  pushLost(item: Item): void {
    if (item.waitsAgain === true) return;
    item.waitsAgain = true;
    this.#lost ??= new WantedFifo();
    this.#lost.push(item);
  }

  /** Whether there is anything to send, as far as the last `prune` can tell. */
  get hasWork(): boolean {
    return this.#lost?.isEmpty === false || !this.#fresh.isEmpty || this.#large?.isEmpty === false;
  }

  /** How much room the next item needs; 0 if there is none, or any room will do. */
  get nextBytes(): number {
    return (this.#lost?.first ?? this.#fresh.first)?.bytesMax ?? 0;
  }

  /** Forgets what nobody wants any more, as far as it comes next. */
  prune(): void {
    this.#lost?.seek();
    this.#fresh.seek();
    this.#large?.seek();
  }

  /**
   * Takes the next item that fits, or undefined.
   *
   * @param roomBytes Bytes left in the packet.
   * @param itemBytesMax Bytes that an item can have in any packet; larger ones are cut into parts.
   */
  take(roomBytes: number, itemBytesMax: number, now: Millis): Item | undefined {
    for (let item = this.#seek(); item !== undefined; item = this.#seek()) {
      if (item.bytesMax <= roomBytes) {
        this.#remove(item);
        return item;
      }
      if (item.bytesMax <= itemBytesMax || item.toParts === undefined) return undefined;
      this.#remove(item);
      this.#large ??= new WantedFifo();
      this.#large.push(item.toParts(now));
    }
    if (roomBytes < PART_ROOM_BYTES_MIN) return undefined;
    return this.#large?.seek()?.next(Math.min(roomBytes, itemBytesMax));
  }

  /** Gives the next item that somebody wants. */
  #seek(): Item | undefined {
    return this.#lost?.seek() ?? this.#fresh.seek();
  }

  /** Takes out what was found at the front. */
  #remove(item: Item): void {
    if (item.waitsAgain !== true) return this.#fresh.shift();
    item.waitsAgain = false;
    this.#lost!.shift();
  }
}
