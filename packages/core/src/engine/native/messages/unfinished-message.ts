import {
  REASSEMBLY_MESSAGE_OVERHEAD_BYTES,
  REASSEMBLY_OVERHEAD_SHARE,
  REASSEMBLY_PART_OVERHEAD_BYTES,
  REASSEMBLY_PIECE_OVERHEAD_BYTES,
  REASSEMBLY_RANGES_MAX,
  REASSEMBLY_SLAB_BYTES,
  REASSEMBLY_WHOLE_FROM_PARTS,
} from '../../../reassembly-limits.js';
import type { PartFrame } from '../../../wire/native/frame-types.js';
import { view } from '../../../wire/view.js';
import { NumberRanges } from '../../tables/number-ranges.js';

/** A message of which the rest lies apart, in memory that nobody else has. */
export interface SplitMessage {
  readonly head: Uint8Array;
  readonly rest: Uint8Array;
}

/** A part of a message, or of an item of a stream. */
export type Piece = Omit<PartFrame, 'type'>;

/** Parts that were copied one after the other, each where the last one ended, and lie in memory so. */
interface CopiedParts {
  readonly offset: number;
  readonly slab: Uint8Array;
  /** Where it begins in the slab. */
  readonly start: number;
  length: number;
}

/** What a part is to those that have come: docs/protocol.md §8. */
export type PartKind = 'new' | 'last' | 'repeat' | 'contradiction';

/**
 * A message of which parts have come. At first they are copied one after the other into slabs that grow with what has come, for
 * a part would keep the memory of its whole datagram. Once enough has come, it gets memory for all of it, into which parts are
 * copied where they belong.
 */
export class UnfinishedMessage {
  readonly total: number;
  /** What is held for it in memory, in bytes. */
  heldBytes = REASSEMBLY_MESSAGE_OVERHEAD_BYTES;
  /** The offsets of the bytes that have come. */
  readonly #covered = new NumberRanges(REASSEMBLY_RANGES_MAX);
  #parts = 0;
  #pieces: CopiedParts[] = [];
  #receivedBytes = 0;
  #slab = NO_BYTES;
  #slabUsed = 0;
  /** Memory for all of it, with what has come in its place; or for all but its head, where that lies apart. */
  #whole: Uint8Array | undefined;
  #head = NO_BYTES;

  constructor(total: number) {
    this.total = total;
  }

  /** Whether there are as many holes in it as are remembered. */
  get full(): boolean {
    return this.#covered.ranges.length >= REASSEMBLY_RANGES_MAX;
  }

  /** Whether a part is new, or the last that was missing; and if it is not, whether all of it has come before. */
  kindOf({ total, offset, bytes: { length } }: Piece): PartKind {
    if (total !== this.total) return 'contradiction';
    const end = offset + length - 1;
    if (this.#covered.hasAny(offset, end)) return this.#covered.hasAll(offset, end) ? 'repeat' : 'contradiction';
    return this.#receivedBytes + length === total ? 'last' : 'new';
  }

  /** What it would take to keep a new part, in bytes. */
  costOf({ offset, bytes }: Piece): number {
    if (this.#whole !== undefined) return REASSEMBLY_PART_OVERHEAD_BYTES;
    const piece = this.#continues(offset, bytes.length) ? 0 : REASSEMBLY_PIECE_OVERHEAD_BYTES;
    const slab = this.#fits(bytes.length) ? 0 : this.#slabBytes(bytes.length);
    return REASSEMBLY_PART_OVERHEAD_BYTES + piece + slab;
  }

  /** Keeps a new part. @param cost What that costs. */
  keep(part: Piece, cost: number): void {
    const { offset, bytes } = part;
    this.heldBytes += cost;
    if (this.#whole === undefined) this.#copy(part);
    else this.#put(this.#whole, bytes, offset);
    this.#covered.addRange(offset, offset + bytes.length - 1);
    this.#parts += 1;
    this.#receivedBytes += bytes.length;
  }

  /** What more it would take to have memory for all of it, in bytes; undefined if it has, or too little has come for that. */
  get wholeCost(): number | undefined {
    // What fits a slab or two is copied once more in no time.
    if (this.#whole !== undefined || this.total <= 2 * REASSEMBLY_SLAB_BYTES) return undefined;
    if (this.#receivedBytes * REASSEMBLY_WHOLE_FROM_PARTS < this.total) return undefined;
    return this.#wholeBytes() - this.heldBytes;
  }

  /** What has come of its beginning, as far as that lies together. */
  get beginning(): Uint8Array {
    const first = this.#pieces.find(({ offset }) => offset === 0);
    return first === undefined ? NO_BYTES : view(first.slab, first.start, first.start + first.length);
  }

  /**
   * Takes memory for all of it: that which is given, with anything in it, or else its own.
   *
   * @param headBytes How many bytes at its beginning lie apart from the rest, which then has memory of its own.
   */
  makeWhole(memory?: Uint8Array, headBytes = 0): void {
    this.#head = new Uint8Array(headBytes);
    this.#whole = this.#joinIn(memory ?? new Uint8Array(this.total - headBytes));
    this.heldBytes = this.#wholeBytes();
    this.#pieces = [];
    this.#slab = NO_BYTES;
  }

  /** The whole message, with its last part. */
  join({ offset, bytes }: Piece): Uint8Array | SplitMessage {
    const whole = this.#whole ?? this.#joinIn(new Uint8Array(this.total));
    this.#put(whole, bytes, offset);
    return this.#head.length === 0 ? whole : { head: this.#head, rest: whole };
  }

  #joinIn(memory: Uint8Array): Uint8Array {
    for (const { offset, slab, start, length } of this.#pieces)
      this.#put(memory, view(slab, start, start + length), offset);
    return memory;
  }

  /** Writes bytes where they belong: what is of the head to that. */
  #put(memory: Uint8Array, bytes: Uint8Array, offset: number): void {
    const ofHead = this.#head.length - offset;
    if (ofHead <= 0) return memory.set(bytes, -ofHead);
    this.#head.set(view(bytes, 0, Math.min(ofHead, bytes.length)), offset);
    if (ofHead < bytes.length) memory.set(view(bytes, ofHead));
  }

  #wholeBytes(): number {
    return REASSEMBLY_MESSAGE_OVERHEAD_BYTES + this.total + REASSEMBLY_PART_OVERHEAD_BYTES * this.#parts;
  }

  #copy({ offset, bytes }: Piece): void {
    const { length } = bytes;
    const continues = this.#continues(offset, length);
    if (!this.#fits(length)) {
      this.#slab = new Uint8Array(this.#slabBytes(length));
      this.#slabUsed = 0;
    }
    this.#slab.set(bytes, this.#slabUsed);
    if (continues) this.#pieces.at(-1)!.length += length;
    else this.#addPiece({ offset, slab: this.#slab, start: this.#slabUsed, length });
    this.#slabUsed += length;
  }

  #fits(length: number): boolean {
    return this.#slabUsed + length <= this.#slab.length;
  }

  /** Whether a part goes on where the last one ended, also in memory. */
  #continues(offset: number, length: number): boolean {
    const piece = this.#pieces.at(-1);
    if (piece?.slab !== this.#slab) return false;
    return piece.offset + piece.length === offset && this.#fits(length);
  }

  /** Twice the last one, so that little is taken for little; never more than is missing. */
  #slabBytes(length: number): number {
    const missingBytes = this.total - this.#receivedBytes;
    return Math.max(length, Math.min(2 * this.#slab.length, missingBytes, REASSEMBLY_SLAB_BYTES));
  }

  #addPiece(piece: CopiedParts): void {
    // Most messages have few: an array that grows would keep room for 17.
    if (this.#pieces.length === 0) this.#pieces = [piece];
    else this.#pieces.push(piece);
  }
}

const NO_BYTES = new Uint8Array(0);

/**
 * What may be held for a message of so many bytes while parts of it are missing. Who cuts it into smaller and smaller
 * parts gets here before the message is whole.
 */
export function heldBytesMax(messageBytes: number): number {
  return Math.ceil((1 + REASSEMBLY_OVERHEAD_SHARE) * messageBytes) + REASSEMBLY_SLAB_BYTES;
}
