import { LARGE_MESSAGES_AT_ONCE } from '../../../native-limits.js';
import { WantedFifo } from '../../tables/wanted-fifo.js';
import type { Item, ItemSource } from './item.js';

/** A message that has been begun. */
interface Begun {
  readonly message: ItemSource;
  /** What it has had, in bytes, reckoned as if it had been there from the start. */
  servedBytes: number;
}

/**
 * The large messages to one peer. A few share what is sent, byte for byte, so that none waits for a much larger one. The others
 * wait for them, so that the peer need not hold more that is unfinished than it has room for. docs/protocol.md §6.9.
 */
export class LargeMessages {
  /** What the peer has room for: bytes of unfinished messages. One message goes out in any case. */
  unfinishedBytesMax: number;
  /** Those that have not arrived whole. */
  #begun: Begun[] = [];
  readonly #waiting = new WantedFifo<ItemSource>();
  /** What the one whose turn it was last had had before it. */
  #servedBytes = 0;

  constructor(unfinishedBytesMax: number) {
    this.unfinishedBytesMax = unfinishedBytesMax;
  }

  /** Whether there is nothing that may go out now, as far as the last `prune` can tell. */
  get isEmpty(): boolean {
    return !this.#begun.some(isWanted);
  }

  push(message: ItemSource): void {
    this.#waiting.push(message);
    this.prune();
  }

  /** Cuts off the next part, for a packet that has room for so many bytes of frame: of the message that has had least. */
  next(roomBytes: number): Item | undefined {
    this.prune();
    let least: Begun | undefined;
    for (const begun of this.#begun) {
      if (isWanted(begun) && begun.servedBytes < (least?.servedBytes ?? Infinity)) least = begun;
    }
    if (least === undefined) return undefined;
    const item = least.message.next(roomBytes);
    this.#servedBytes = least.servedBytes;
    least.servedBytes += item.bytesMax;
    return item;
  }

  /** Lets go of those that have arrived or that nobody wants, and begins those that wait, as far as there is room. */
  prune(): void {
    if (this.#begun.some(({ message }) => !message.unfinished)) {
      this.#begun = this.#begun.filter(({ message }) => message.unfinished);
    }
    for (let next = this.#waiting.seek(); next !== undefined && this.#hasRoomFor(next); next = this.#waiting.seek()) {
      this.#waiting.shift();
      this.#begun.push({ message: next, servedBytes: this.#servedBytes });
    }
  }

  #hasRoomFor({ bytes }: ItemSource): boolean {
    const begun = this.#begun;
    if (begun.length === 0) return true;
    if (begun.filter(isWanted).length >= LARGE_MESSAGES_AT_ONCE) return false;
    return begun.reduce((sum, { message }) => sum + message.bytes, bytes) <= this.unfinishedBytesMax;
  }
}

function isWanted({ message }: Begun): boolean {
  return message.wanted;
}
