import type { Millis } from '../../engine.js';
import { WantedFifo } from '../../tables/wanted-fifo.js';
import { PART_ROOM_BYTES_MIN } from '../../../wire/native/encode-frames.js';
import type { Item } from './item.js';
import { LargeMessages } from './large-messages.js';
import { Turns, type TurnTaker } from './turns.js';

/**
 * What waits to be sent to one peer: first what was lost of what is small, then what is new and small, then parts of what is
 * large, the lost ones first. So what is small never waits for what is large.
 */
export class SendQueue {
  /** Made with the first loss: where nothing is lost, it costs neither memory nor time. */
  #lost: WantedFifo<Item> | undefined;
  readonly #fresh = new WantedFifo<Item>();
  /** Made with the first that is large. */
  #lostParts: WantedFifo<Item> | undefined;
  #large: LargeMessages | undefined;
  /** Made with the first stream. */
  #turns: Turns | undefined;
  /** Whether it is a stream's turn, where large messages want theirs as well. */
  #streamsFirst = false;
  #unfinishedBytesMax = 0;

  /** How many bytes of unfinished large messages the peer has room for; one goes out in any case. */
  limitUnfinished(bytesMax: number): void {
    this.#unfinishedBytesMax = bytesMax;
    if (this.#large !== undefined) this.#large.unfinishedBytesMax = bytesMax;
  }

  push(item: Item): void {
    this.#fresh.push(item);
  }

  /** Lets a stream that has items to send take its turn. It must not be waiting for it. */
  takeTurns(taker: TurnTaker): void {
    (this.#turns ??= new Turns()).add(taker);
  }

  /** Queues something that has been sent before. Twice is once. */
  pushLost(item: Item): void {
    if (item.waitsAgain === true) return;
    item.waitsAgain = true;
    if (item.isPart === true) (this.#lostParts ??= new WantedFifo()).push(item);
    else (this.#lost ??= new WantedFifo()).push(item);
  }

  /** Whether there is anything to send, as far as the last `prune` can tell. */
  get hasWork(): boolean {
    const hasSmall = this.#lost?.isEmpty === false || !this.#fresh.isEmpty;
    return hasSmall || this.#turns?.isEmpty === false || this.hasLarge;
  }

  /** Whether parts of something large wait, as far as the last `prune` can tell. */
  get hasLarge(): boolean {
    return this.#lostParts?.isEmpty === false || this.#large?.isEmpty === false;
  }

  /** How much room the next item needs; 0 if there is none, or any room will do. */
  get nextBytes(): number {
    return (this.#lost?.first ?? this.#fresh.first ?? this.#lostParts?.first)?.bytesMax ?? 0;
  }

  /** Forgets what nobody wants any more, as far as it comes next. */
  prune(): void {
    this.#lost?.seek();
    this.#fresh.seek();
    this.#lostParts?.seek();
    this.#large?.prune();
    this.#turns?.prune();
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
      this.#large ??= new LargeMessages(this.#unfinishedBytesMax);
      this.#large.push(item.toParts(now));
    }
    const none = this.#lostParts === undefined && this.#large === undefined && this.#turns === undefined;
    return none ? undefined : this.#takePart(roomBytes, itemBytesMax);
  }

  #takePart(roomBytes: number, itemBytesMax: number): Item | undefined {
    const lost = this.#lostParts?.seek();
    if (lost !== undefined) {
      if (lost.bytesMax > roomBytes) return undefined;
      this.#remove(lost);
      return lost;
    }
    this.#streamsFirst = !this.#streamsFirst;
    if (this.#streamsFirst) {
      return this.#turns?.next(roomBytes, itemBytesMax) ?? this.#takeLargePart(roomBytes, itemBytesMax);
    }
    return this.#takeLargePart(roomBytes, itemBytesMax) ?? this.#turns?.next(roomBytes, itemBytesMax);
  }

  #takeLargePart(roomBytes: number, itemBytesMax: number): Item | undefined {
    return roomBytes < PART_ROOM_BYTES_MIN ? undefined : this.#large?.next(Math.min(roomBytes, itemBytesMax));
  }

  /** Gives the next small item that somebody wants. */
  #seek(): Item | undefined {
    return this.#lost?.seek() ?? this.#fresh.seek();
  }

  /** Takes out what was found at the front. */
  #remove(item: Item): void {
    if (item.waitsAgain !== true) return this.#fresh.shift();
    item.waitsAgain = false;
    if (item.isPart === true) this.#lostParts!.shift();
    else this.#lost!.shift();
  }
}
