import type { Millis } from '../../engine.js';
import { WantedFifo } from '../../tables/wanted-fifo.js';
import type { Item } from './item.js';
import { PART_ROOM_BYTES_MIN, type OutgoingParts } from '../messages/parts.js';

/** What waits to be sent to one peer: first what was lost, then what is new and small, then parts of what is large. */
export class SendQueue {
  /** Made with the first loss: where nothing is lost, it costs neither memory nor time. */
  #lost: WantedFifo<Item> | undefined;
  readonly #fresh = new WantedFifo<Item>();
  /** Made with the first that is large. */
  #large: WantedFifo<OutgoingParts> | undefined;

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

  /** Whether there is anything to send. Forgets what nobody wants any more. */
  get hasWork(): boolean {
    return this.#peek() !== undefined || this.#large?.seek() !== undefined;
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
      this.#large ??= new WantedFifo();
      this.#large.push(item.toParts(now));
    }
    if (roomBytes < PART_ROOM_BYTES_MIN) return undefined;
    return this.#large?.seek()?.next(Math.min(roomBytes, itemBytesMax));
  }

  #peek(): Item | undefined {
    return this.#lost?.seek() ?? this.#fresh.seek();
  }

  /** Takes out what was found at the front. */
  #drop(item: Item): void {
    if (item.waitsAgain !== true) return this.#fresh.shift();
    item.waitsAgain = false;
    this.#lost!.shift();
  }
}
