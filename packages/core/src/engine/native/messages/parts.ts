import { PART_OVERHEAD_BYTES, writePart } from '../../../wire/native/encode-frames.js';
import type { MessageSide } from '../../../wire/native/call-number.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Item, ItemSource } from '../packets/item.js';

/** What a message that travels in parts belongs to: a call or a reply. */
export interface PartsOwner {
  readonly number: number;
  /** 0 for a call, 1 for a reply. */
  readonly side: MessageSide;
  readonly wanted: boolean;
  /** Whether lost parts go out again. */
  readonly reliable: boolean;
  /** Another part has arrived. @param missingBytes How many of the message have not. */
  partAcknowledged?(missingBytes: number): void;
  /** All parts have arrived. */
  partsAcknowledged(): void;
  /** A part was lost, and does not go out again. */
  givenUp?(): void;
}

/** A frame too large for a packet, cut into parts as packets have room for them. */
export class OutgoingParts implements ItemSource {
  readonly #owner: PartsOwner;
  readonly #bytes: Uint8Array;
  #offset = 0;
  #acknowledgedBytes = 0;

  constructor(owner: PartsOwner, bytes: Uint8Array) {
    this.#owner = owner;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  /** Whether there is a part that has never been sent, and somebody wants it. */
  get wanted(): boolean {
    return this.#offset < this.#bytes.length && this.#owner.wanted;
  }

  get unfinished(): boolean {
    const { reliable, wanted } = this.#owner;
    return this.wanted || (reliable && wanted && this.#acknowledgedBytes < this.#bytes.length);
  }

  /** Cuts off the next part, for a packet that has room for so many bytes of frame. */
  next(roomBytes: number): Item {
    const start = this.#offset;
    const end = Math.min(this.#bytes.length, start + roomBytes - PART_OVERHEAD_BYTES);
    this.#offset = end;
    return new Part(this.#owner, this.#bytes, start, end, (bytes) => this.#acknowledged(bytes));
  }

  #acknowledged(bytes: number): void {
    this.#acknowledgedBytes += bytes;
    const missingBytes = this.#bytes.length - this.#acknowledgedBytes;
    this.#owner.partAcknowledged?.(missingBytes);
    if (missingBytes === 0) this.#owner.partsAcknowledged();
  }
}

class Part implements Item {
  readonly isPart = true;
  copies = 0;
  waitsAgain = false;
  #arrived = false;

  constructor(
    readonly owner: PartsOwner,
    readonly message: Uint8Array,
    readonly start: number,
    readonly end: number,
    readonly onAcknowledged: (bytes: number) => void,
  ) {}

  get wanted(): boolean {
    return !this.#arrived && this.owner.wanted;
  }

  get bytesMax(): number {
    return PART_OVERHEAD_BYTES + this.end - this.start;
  }

  write(writer: Writer): void {
    const { owner, message, start, end } = this;
    const bytes = message.subarray(start, end);
    writePart(writer, { number: owner.number, side: owner.side, total: message.length, offset: start, bytes });
  }

  acknowledged(): void {
    // A second acknowledgement, of another copy, must not count the bytes twice.
    if (this.#arrived) return;
    this.#arrived = true;
    this.onAcknowledged(this.end - this.start);
  }

  lost(): boolean {
    return this.owner.reliable && this.wanted;
  }

  givenUp(): void {
    if (!this.#arrived) this.owner.givenUp?.();
  }
}
