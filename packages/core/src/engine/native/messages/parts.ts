import { PART_OVERHEAD_BYTES, writePartHead } from '../../../wire/native/encode-frames.js';
import type { MessageSide } from '../../../wire/native/call-number.js';
import type { Writer } from '../../../wire/native/writer.js';
import { view } from '../../../wire/view.js';
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

/**
 * A frame too large for a packet, cut into parts as packets have room for them. It is its head and the payload that follows,
 * which is not copied before it lies in packets.
 */
export class OutgoingParts implements ItemSource {
  readonly owner: PartsOwner;
  /** Bytes of the frame. */
  readonly bytes: number;
  readonly #head: Uint8Array;
  readonly #payload: Uint8Array;
  #offset = 0;
  #acknowledgedBytes = 0;

  constructor(owner: PartsOwner, head: Uint8Array, payload: Uint8Array) {
    this.owner = owner;
    this.bytes = head.length + payload.length;
    this.#head = head;
    this.#payload = payload;
  }

  /** Whether there is a part that has never been sent, and somebody wants it. */
  get wanted(): boolean {
    return this.#offset < this.bytes && this.owner.wanted;
  }

  get unfinished(): boolean {
    const { reliable, wanted } = this.owner;
    return this.wanted || (reliable && wanted && this.#acknowledgedBytes < this.bytes);
  }

  /** Cuts off the next part, for a packet that has room for so many bytes of frame. */
  next(roomBytes: number): Item {
    const start = this.#offset;
    this.#offset = Math.min(this.bytes, start + roomBytes - PART_OVERHEAD_BYTES);
    return new Part(this, start, this.#offset);
  }

  /** Writes the bytes from one place of the frame to another as a part. */
  write(writer: Writer, start: number, end: number): void {
    const { number, side } = this.owner;
    writePartHead(writer, { number, side, total: this.bytes }, start, end - start);
    const headBytes = this.#head.length;
    if (start < headBytes) writer.copy(view(this.#head, start, Math.min(end, headBytes)));
    if (end > headBytes) writer.copy(view(this.#payload, Math.max(0, start - headBytes), end - headBytes));
  }

  /** A part of so many bytes has arrived. */
  acknowledged(bytes: number): void {
    this.#acknowledgedBytes += bytes;
    const missingBytes = this.bytes - this.#acknowledgedBytes;
    this.owner.partAcknowledged?.(missingBytes);
    if (missingBytes === 0) this.owner.partsAcknowledged();
  }
}

class Part implements Item {
  readonly isPart = true;
  copies = 0;
  waitsAgain = false;
  #arrived = false;

  constructor(
    readonly message: OutgoingParts,
    readonly start: number,
    readonly end: number,
  ) {}

  get wanted(): boolean {
    return !this.#arrived && this.message.owner.wanted;
  }

  get bytesMax(): number {
    return PART_OVERHEAD_BYTES + this.end - this.start;
  }

  write(writer: Writer): void {
    this.message.write(writer, this.start, this.end);
  }

  acknowledged(): void {
    // A second acknowledgement, of another copy, must not count the bytes twice.
    if (this.#arrived) return;
    this.#arrived = true;
    this.message.acknowledged(this.end - this.start);
  }

  lost(): boolean {
    return this.message.owner.reliable && this.wanted;
  }

  givenUp(): void {
    if (!this.#arrived) this.message.owner.givenUp?.();
  }
}
