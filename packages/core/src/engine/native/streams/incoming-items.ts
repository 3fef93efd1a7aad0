import type { MessageSide } from '../../../wire/native/call-number.js';
import type { Credit, EndFrame, ItemFrame, ItemPartFrame } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';
import { Reassembly, type PartRefusal, type PartsRoom } from '../messages/reassembly.js';
import { expandIndex } from './item-index.js';

/** What an {@link IncomingItems} tells its stream. */
export interface IncomingItemsOwner {
  /** The next item for the reader: a view into its datagram, if it came in time and whole. */
  item(index: number, payload: Uint8Array): void;
  /** All items have been given out that there are. */
  itemsEnded(end: EndFrame, count: number): void;
  /** An item's parts cannot be taken. */
  partsRefused(refusal: PartRefusal): void;
}

/** How the items of one direction are read. */
export interface IncomingItemsOptions {
  readonly side: MessageSide;
  readonly bestEffort: boolean;
  readonly messageBytesMax: number;
  /** What the sender has been allowed at first. */
  readonly credit: Credit;
  /** The index of the first item: 0 unless somebody wants to see what becomes of great ones. */
  readonly firstIndex: number;
  readonly room: PartsRoom;
}

/** Of an item of which parts have come. */
const IN_PARTS = new Uint8Array(0);

/**
 * The items that one side of a call reads: in their order, each once, and no more than its credit allows. What comes before
 * its turn waits here; of best effort nothing does. docs/protocol.md §13.2.
 */
export class IncomingItems {
  readonly #owner: IncomingItemsOwner;
  readonly #options: IncomingItemsOptions;
  /** The index of the item whose turn it is; of best effort, that of the newest and one more. */
  #next: number;
  /** Those after it that have come. */
  readonly #early = new Map<number, Uint8Array>();
  #parts: Reassembly | undefined;
  /** Of best effort, the index of the item of which parts are kept. */
  #partsOf = -1;
  #end: EndFrame | undefined;
  #ended = false;
  #count: number;
  /** The largest index that has come, or was begun, and the size of its item. */
  #highest = -1;
  #highestBytes = 0;
  #receivedBytes = 0;
  #taken: number;
  #takenBytes = 0;
  /** What the sender may know of that, and what it was allowed. */
  #told: number;
  #toldBytes = 0;
  #window: Credit;
  /** What large items take that nobody has taken yet. */
  #heldBytes = 0;

  constructor(owner: IncomingItemsOwner, options: IncomingItemsOptions) {
    this.#owner = owner;
    this.#options = options;
    this.#next = options.firstIndex;
    this.#count = Infinity;
    this.#taken = options.firstIndex;
    this.#told = options.firstIndex;
    this.#window = options.credit;
  }

  /** Whether anything has come. */
  get begun(): boolean {
    return this.#highest >= 0 || this.#end !== undefined;
  }

  /** Whether nothing more will be given out. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How many items have been given out; of best effort, the index after the newest. */
  get count(): number {
    return this.#next - this.#options.firstIndex;
  }

  /** How many items have been taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether the sender should hear what was taken: half of what it may send since it last did. */
  get creditDue(): boolean {
    if (this.#options.bestEffort || this.#end !== undefined) return false;
    const { items, bytes } = this.#window;
    return 2 * (this.#taken - this.#told) >= items || 2 * (this.#takenBytes - this.#toldBytes) >= bytes;
  }

  /** Takes an item; false if it breaks the rules. */
  receive({ index: low, bytes }: ItemFrame): boolean {
    const index = expandIndex(low, this.#next);
    if (this.#isOld(index)) return true;
    if (!this.#admit(index, bytes.length)) return false;
    this.#whole(index, bytes);
    return true;
  }

  /** Takes a part of an item; false if it breaks the rules. */
  receivePart(part: ItemPartFrame, now: Millis): boolean {
    const index = expandIndex(part.index, this.#next);
    const begun = this.#early.get(index) === IN_PARTS;
    if (!begun && this.#isOld(index)) return true;
    if (this.#options.bestEffort && !this.#followsParts(index)) return true;
    if (!begun && !this.#admit(index, part.total)) return false;
    if (!this.#options.bestEffort) this.#early.set(index, IN_PARTS);
    // What one stream has of it is bounded by its credit.
    this.#parts ??= new Reassembly(this.#options.messageBytesMax, this.#options.room, { bytesMax: Infinity });
    const item = this.#parts.add(index, part, now);
    if (typeof item === 'string') this.#owner.partsRefused(item);
    else if (item !== undefined && !('rest' in item)) {
      this.#hold(item.length);
      this.#whole(index, item);
    }
    return true;
  }

  /** Takes the end; false if it breaks the rules. */
  receiveEnd(end: EndFrame): boolean {
    const count = expandIndex(end.count, this.#next);
    if (this.#end !== undefined) return count === this.#count && end.code === this.#end.code;
    if (count <= this.#highest) return false;
    this.#end = end;
    this.#count = count;
    this.#checkEnd();
    return true;
  }

  /** The reader has taken items out. */
  take(items: number, bytes: number): void {
    this.#taken += items;
    this.#takenBytes += bytes;
    this.#hold(-Math.min(bytes, this.#heldBytes));
  }

  /** What the sender is to be told now. */
  tell(window: Credit): void {
    this.#told = this.#taken;
    this.#toldBytes = this.#takenBytes;
    this.#window = window;
  }

  /** Nobody reads any more. */
  close(): void {
    this.#ended = true;
    this.#early.clear();
    this.#parts?.forgetAll();
    this.#hold(-this.#heldBytes);
  }

  #hold(bytes: number): void {
    if (bytes === 0) return;
    this.#heldBytes += bytes;
    this.#options.room.holds(bytes);
  }

  #isOld(index: number): boolean {
    return this.#ended || index < this.#next || (!this.#options.bestEffort && this.#early.has(index));
  }

  /** Counts an item that is new; false if it is beyond the credit, or the end. */
  #admit(index: number, bytes: number): boolean {
    if (index >= this.#count) return false;
    if (index > this.#highest) {
      this.#highest = index;
      this.#highestBytes = bytes;
    }
    if (this.#options.bestEffort) return true;
    this.#receivedBytes += bytes;
    if (index - this.#told >= this.#window.items) return false;
    return this.#receivedBytes - this.#toldBytes - this.#highestBytes < this.#window.bytes;
  }

  /** Of best effort, the newest item alone is joined; whether a part is of that. */
  #followsParts(index: number): boolean {
    if (index < this.#partsOf) return false;
    if (index > this.#partsOf) this.#parts?.forgetAll();
    this.#partsOf = index;
    return true;
  }

  #whole(index: number, payload: Uint8Array): void {
    if (this.#options.bestEffort) {
      this.#next = index + 1;
      if (this.#partsOf < index) this.#parts?.forgetAll();
      return this.#owner.item(index - this.#options.firstIndex, payload);
    }
    // It waits, and must not keep the memory of its datagram.
    if (index !== this.#next) return void this.#early.set(index, payload.slice());
    this.#early.delete(index);
    this.#give(payload);
    for (let early = this.#takeEarly(); early !== undefined; early = this.#takeEarly()) this.#give(early);
    this.#checkEnd();
  }

  #give(payload: Uint8Array): void {
    this.#next += 1;
    this.#owner.item(this.#next - 1 - this.#options.firstIndex, payload);
  }

  #takeEarly(): Uint8Array | undefined {
    const early = this.#early.get(this.#next);
    if (early === undefined || early === IN_PARTS) return undefined;
    this.#early.delete(this.#next);
    return early;
  }

  #checkEnd(): void {
    if (this.#end === undefined || this.#ended) return;
    if (!this.#options.bestEffort && this.#next < this.#count) return;
    this.close();
    this.#owner.itemsEnded(this.#end, this.#count - this.#options.firstIndex);
  }
}
