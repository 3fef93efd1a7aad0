import {
  REASSEMBLY_DATAGRAM_OVERHEAD_BYTES,
  REASSEMBLY_MESSAGE_OVERHEAD_BYTES,
  REASSEMBLY_OVERHEAD_SHARE,
  REASSEMBLY_PART_OVERHEAD_BYTES,
  REASSEMBLY_PIECE_OVERHEAD_BYTES,
  REASSEMBLY_RANGES_MAX,
  REASSEMBLY_SLAB_BYTES,
  REASSEMBLY_WHOLE_FROM_PARTS,
} from '../../../native-limits.js';
import type { PartFrame } from '../../../wire/native/frame-types.js';
import { view } from '../../../wire/view.js';
import { NumberRanges } from '../../tables/number-ranges.js';

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
 * A message of which parts have come. At first, a part that is most of its datagram is kept as it is, and any other is copied,
 * for it would keep the memory of the whole datagram: one after the other into slabs that grow with what has come. Once enough
 * has come, it gets memory for all of it, into which parts are copied where they belong: what is kept of datagrams costs more.
 */
export class UnfinishedMessage {
  readonly total: number;
  /** What is held for it in memory, in bytes. */
  heldBytes = REASSEMBLY_MESSAGE_OVERHEAD_BYTES;
  /** By their offsets, those parts that are kept as they are, and the lengths of those that were copied. */
  readonly #parts = new Map<number, Uint8Array | number>();
  /** The offsets of the bytes that have come. */
  readonly #covered = new NumberRanges(REASSEMBLY_RANGES_MAX);
  #pieces: CopiedParts[] = [];
  #receivedBytes = 0;
  #slab = NO_SLAB;
  #slabUsed = 0;
  /** Memory for all of it, with what has come in its place. */
  #whole: Uint8Array | undefined;

  constructor(total: number) {
    this.total = total;
  }

  /** Whether there are as many holes in it as are remembered. */
  get full(): boolean {
    return this.#covered.ranges.length >= REASSEMBLY_RANGES_MAX;
  }

  /** Whether a part is new, or the last that was missing; and if it is not, whether it only says again what was said. */
  kindOf({ total, offset, bytes: { length } }: Piece): PartKind {
    if (total !== this.total) return 'contradiction';
    const had = this.#parts.get(offset);
    if (had !== undefined && (typeof had === 'number' ? had : had.length) === length) return 'repeat';
    if (this.#covered.hasAny(offset, offset + length - 1)) return 'contradiction';
    return this.#receivedBytes + length === total ? 'last' : 'new';
  }

  /** What it would take to keep a new part, in bytes. */
  costOf({ offset, bytes }: Piece): number {
    if (this.#whole !== undefined) return REASSEMBLY_PART_OVERHEAD_BYTES;
    if (isMostOfItsMemory(bytes)) return UNCOPIED_PART_BYTES + bytes.buffer.byteLength;
    const piece = this.#continues(offset, bytes.length) ? 0 : REASSEMBLY_PIECE_OVERHEAD_BYTES;
    const slab = this.#fits(bytes.length) ? 0 : this.#slabBytes(bytes.length);
    return REASSEMBLY_PART_OVERHEAD_BYTES + piece + slab;
  }

  /** Keeps a new part. @param cost What that costs. */
  keep(part: Piece, cost: number): void {
    const { offset, bytes } = part;
    this.heldBytes += cost;
    if (this.#whole !== undefined) this.#place(part);
    else if (isMostOfItsMemory(bytes)) this.#parts.set(offset, bytes);
    else this.#copy(part);
    this.#covered.addRange(offset, offset + bytes.length - 1);
    this.#receivedBytes += bytes.length;
  }

  /** What more it would take to have memory for all of it, in bytes; undefined if it has, or too little has come for that. */
  get wholeCost(): number | undefined {
    // What fits a slab or two is copied once more in no time.
    if (this.#whole !== undefined || this.total <= 2 * REASSEMBLY_SLAB_BYTES) return undefined;
    if (this.#receivedBytes * REASSEMBLY_WHOLE_FROM_PARTS < this.total) return undefined;
    return this.#wholeBytes() - this.heldBytes;
  }

  /** Takes memory for all of it. */
  makeWhole(): void {
    this.#whole = this.#joined();
    this.heldBytes = this.#wholeBytes();
    for (const [offset, part] of this.#parts) if (typeof part !== 'number') this.#parts.set(offset, part.length);
    this.#pieces = [];
    this.#slab = NO_SLAB;
  }

  /** The whole message, with its last part. */
  join({ offset, bytes }: Piece): Uint8Array {
    const whole = this.#whole ?? this.#joined();
    whole.set(bytes, offset);
    return whole;
  }

  #joined(): Uint8Array {
    const joined = new Uint8Array(this.total);
    for (const [at, part] of this.#parts) if (typeof part !== 'number') joined.set(part, at);
    for (const { offset: at, slab, start, length } of this.#pieces) joined.set(view(slab, start, start + length), at);
    return joined;
  }

  #wholeBytes(): number {
    return REASSEMBLY_MESSAGE_OVERHEAD_BYTES + this.total + REASSEMBLY_PART_OVERHEAD_BYTES * this.#parts.size;
  }

  #place({ offset, bytes }: Piece): void {
    this.#whole!.set(bytes, offset);
    this.#parts.set(offset, bytes.length);
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
    this.#parts.set(offset, length);
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

const NO_SLAB = new Uint8Array(0);

/** What a part costs that is kept as it is, beside the memory of its datagram. */
const UNCOPIED_PART_BYTES =
  REASSEMBLY_PART_OVERHEAD_BYTES + REASSEMBLY_PIECE_OVERHEAD_BYTES + REASSEMBLY_DATAGRAM_OVERHEAD_BYTES;

/** Whether to keep it keeps little else alive. */
function isMostOfItsMemory(bytes: Uint8Array): boolean {
  return 4 * bytes.length >= 3 * bytes.buffer.byteLength && bytes.length >= REASSEMBLY_DATAGRAM_OVERHEAD_BYTES;
}

/**
 * What may be held for a message of so many bytes while parts of it are missing. Who cuts it into smaller and smaller
 * parts gets here before the message is whole.
 */
export function heldBytesMax(messageBytes: number): number {
  return Math.ceil((1 + REASSEMBLY_OVERHEAD_SHARE) * messageBytes) + REASSEMBLY_SLAB_BYTES;
}
