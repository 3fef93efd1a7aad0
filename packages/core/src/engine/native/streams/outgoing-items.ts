import { STREAM_ITEMS_AHEAD_MAX, STREAM_QUEUED_BYTES } from '../../../native-limits.js';
import type { MessageSide } from '../../../wire/native/call-number.js';
import { PART_ROOM_BYTES_MIN } from '../../../wire/native/encode-frames.js';
import type { Credit } from '../../../wire/native/frame-types.js';
import { Fifo } from '../../tables/fifo.js';
import type { Item } from '../packets/item.js';
import type { TurnTaker } from '../packets/turns.js';
import { expandIndex } from './item-index.js';
import { OutgoingItem, type ItemSender } from './outgoing-item.js';

/** What an {@link OutgoingItems} tells its stream. */
export interface OutgoingItemsOwner {
  /** The number of the call. */
  readonly number: number;
  /** There is an item that may be sent now. */
  maySend(items: OutgoingItems): void;
  /** All items that there are have arrived. */
  allArrived(): void;
}

/** How the items of one direction are sent. */
export interface OutgoingItemsOptions {
  /** 0 of the caller's, 1 of the callee's. */
  readonly side: MessageSide;
  readonly bestEffort: boolean;
  /** The index of the first item: 0 unless somebody wants to see what becomes of great ones. */
  readonly firstIndex: number;
}

/** The items that one side of a call sends, within what the other side allows: docs/protocol.md §13.2 and §13.5. */
export class OutgoingItems implements ItemSender, TurnTaker {
  inTurn = false;
  /** Whether an item has been asked for that has not come. */
  asked = false;
  open = true;
  /** How many bytes may wait to be sent for the source to be asked for more. */
  queuedBytesMax = STREAM_QUEUED_BYTES;
  readonly side: MessageSide;
  readonly #owner: OutgoingItemsOwner;
  readonly #options: OutgoingItemsOptions;
  /** Those that have not been sent, or not all of the first. */
  readonly #waiting = new Fifo<OutgoingItem>();
  #waitingBytes = 0;
  /** The sizes of those that have been sent and not taken, which only a credit can tell. */
  readonly #untaken = new Fifo<number>();
  #untakenBytes = 0;
  /** How many items there have been. */
  #count: number;
  #taken: number;
  #itemsAhead = 0;
  #bytesAhead = 0;
  #notArrived = 0;

  constructor(owner: OutgoingItemsOwner, options: OutgoingItemsOptions) {
    this.#owner = owner;
    this.#options = options;
    this.side = options.side;
    this.#count = options.firstIndex;
    this.#taken = options.firstIndex;
  }

  get number(): number {
    return this.#owner.number;
  }

  get reliable(): boolean {
    return !this.#options.bestEffort;
  }

  /** How many items there have been, in all. */
  get count(): number {
    return this.#count;
  }

  /** Whether any item was ever given to it. */
  get used(): boolean {
    return this.#count > this.#options.firstIndex;
  }

  /** Whether some of them have not arrived. Of best effort, nobody waits for that. */
  get unfinished(): boolean {
    return this.reliable && this.#notArrived > 0;
  }

  /** Whether one more item should come. @param mayLeave Whether it could leave at once, as best effort has to. */
  hasRoom(mayLeave: boolean): boolean {
    if (!this.open) return false;
    if (!this.reliable) return mayLeave && this.#itemsAhead > 0 && this.#waiting.size === 0;
    if (this.#waitingBytes >= this.queuedBytesMax) return false;
    const bytes = this.#untakenBytes + this.#waitingBytes;
    return this.#count - this.#taken < this.#itemsAhead && bytes < this.#bytesAhead;
  }

  /** Whether the item that comes next may be sent. */
  get ready(): boolean {
    const item = this.#waiting.first;
    if (item === undefined || !this.open) return false;
    if (!this.reliable) return this.#itemsAhead > 0;
    return item.index - this.#taken < this.#itemsAhead && this.#untakenBytes < this.#bytesAhead;
  }

  add(payload: Uint8Array): void {
    if (!this.reliable) this.#overtake();
    const item = new OutgoingItem(this, this.#count, payload);
    this.#count += 1;
    this.#notArrived += 1;
    this.#waiting.push(item);
    this.#waitingBytes += payload.length;
    this.asked = false;
    this.#offer();
  }

  /** The next item, or a part of it, for a packet that has room for so many bytes; undefined if it has too few. */
  next(roomBytes: number, itemBytesMax: number): Item | undefined {
    const item = this.#waiting.first!;
    const { bytesMax } = item;
    if (bytesMax <= itemBytesMax) {
      if (bytesMax > roomBytes) return undefined;
      this.#sent(item);
      return item;
    }
    if (roomBytes < PART_ROOM_BYTES_MIN) return undefined;
    const part = item.cut(Math.min(roomBytes, itemBytesMax));
    if (item.cutUp) this.#sent(item);
    return part;
  }

  /** What the reader allows; false if it has taken what was never sent. */
  allow(low: number, { items, bytes }: Credit): boolean {
    if (!this.reliable) {
      this.#itemsAhead = 1;
      this.#offer();
      return true;
    }
    const taken = expandIndex(low, this.#taken);
    if (this.#count - this.#waiting.size < taken && taken > this.#taken) return false;
    this.#itemsAhead = Math.max(this.#itemsAhead, Math.min(items, STREAM_ITEMS_AHEAD_MAX));
    this.#bytesAhead = Math.max(this.#bytesAhead, bytes);
    for (; this.#taken < taken; this.#taken += 1) this.#untakenBytes -= this.#untaken.shift()!;
    this.#offer();
    return true;
  }

  itemArrived(): void {
    this.#notArrived -= 1;
    if (this.reliable && this.#notArrived === 0) this.#owner.allArrived();
  }

  /** Nobody wants its items any more. */
  close(): void {
    this.open = false;
    this.#waiting.keep(() => false);
    this.#waitingBytes = 0;
  }

  #offer(): void {
    if (!this.inTurn && this.ready) this.#owner.maySend(this);
  }

  #sent(item: OutgoingItem): void {
    this.#waiting.shift();
    this.#waitingBytes -= item.payload.length;
    if (!this.reliable) return;
    this.#untaken.push(item.payload.length);
    this.#untakenBytes += item.payload.length;
  }

  /** A newer item takes the place of one that waits, unless a part of that has been sent. */
  #overtake(): void {
    this.#waiting.keep((item) => item.begun);
    this.#waitingBytes = this.#waiting.first?.payload.length ?? 0;
  }
}
