import type { MessageSide } from '../../../wire/native/call-number.js';
import {
  ITEM_PART_OVERHEAD_BYTES,
  itemBytesMax,
  writeItem,
  writeItemPart,
} from '../../../wire/native/stream-frames.js';
import { view } from '../../../wire/view.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Item } from '../packets/item.js';
import { lowIndex } from './item-index.js';

/** What an item belongs to. */
export interface ItemSender {
  readonly number: number;
  readonly side: MessageSide;
  /** Whether somebody still wants its items. */
  readonly open: boolean;
  readonly reliable: boolean;
  /** All of an item has arrived. */
  itemArrived(): void;
}

/** One item of a stream, as it is sent: whole, or cut into parts where it does not fit a packet. */
export class OutgoingItem implements Item {
  /** Nothing small waits for it. */
  readonly isPart = true;
  copies = 0;
  waitsAgain = false;
  arrived = false;
  readonly sender: ItemSender;
  readonly index: number;
  readonly payload: Uint8Array;
  #cut = 0;
  #arrivedBytes = 0;

  constructor(sender: ItemSender, index: number, payload: Uint8Array) {
    this.sender = sender;
    this.index = index;
    this.payload = payload;
  }

  get wanted(): boolean {
    return !this.arrived && this.sender.open;
  }

  get bytesMax(): number {
    return itemBytesMax(this.payload.length);
  }

  /** Whether a part of it has been cut off. */
  get begun(): boolean {
    return this.#cut > 0;
  }

  /** Whether the last part of it has been cut off. */
  get cutUp(): boolean {
    return this.#cut === this.payload.length;
  }

  write(writer: Writer): void {
    const { sender, index, payload } = this;
    writeItem(writer, { number: sender.number, side: sender.side, index: lowIndex(index), bytes: payload });
  }

  acknowledged(): void {
    // A second acknowledgement, of another copy, must not count it twice.
    if (this.arrived) return;
    this.arrived = true;
    this.sender.itemArrived();
  }

  lost(): boolean {
    return this.sender.reliable && this.wanted;
  }

  /** Cuts off the next part, for a packet that has room for so many bytes of frame. */
  cut(roomBytes: number): Item {
    const start = this.#cut;
    this.#cut = Math.min(this.payload.length, start + roomBytes - ITEM_PART_OVERHEAD_BYTES);
    return new OutgoingItemPart(this, start, this.#cut);
  }

  partArrived(bytes: number): void {
    this.#arrivedBytes += bytes;
    if (this.#arrivedBytes === this.payload.length) this.acknowledged();
  }
}

class OutgoingItemPart implements Item {
  readonly isPart = true;
  copies = 0;
  waitsAgain = false;
  #arrived = false;

  constructor(
    readonly item: OutgoingItem,
    readonly start: number,
    readonly end: number,
  ) {}

  get wanted(): boolean {
    return !this.#arrived && this.item.wanted;
  }

  get bytesMax(): number {
    return ITEM_PART_OVERHEAD_BYTES + this.end - this.start;
  }

  write(writer: Writer): void {
    const { sender, index, payload } = this.item;
    const bytes = view(payload, this.start, this.end);
    writeItemPart(writer, {
      number: sender.number,
      side: sender.side,
      index: lowIndex(index),
      total: payload.length,
      offset: this.start,
      bytes,
    });
  }

  acknowledged(): void {
    if (this.#arrived) return;
    this.#arrived = true;
    this.item.partArrived(this.end - this.start);
  }

  lost(): boolean {
    return this.item.sender.reliable && this.wanted;
  }
}
