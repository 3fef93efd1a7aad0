import { view } from '../view.js';

/** The four bytes at a position, which must be there, as a number. */
export function uint32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Reads one packet's bytes. What is not there reads as 0 and sets `failed`: one check at the end of a frame is enough. */
export class Reader {
  at: number;
  failed = false;
  readonly bytes: Uint8Array;
  /** How many bytes follow that lie elsewhere: the last view may run into them. */
  readonly #absentBytes: number;

  constructor(bytes: Uint8Array, at = 0, absentBytes = 0) {
    this.bytes = bytes;
    this.at = at;
    this.#absentBytes = absentBytes;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  /** Whether all has been read, with what lies elsewhere. */
  get atEnd(): boolean {
    return this.remaining === -this.#absentBytes;
  }

  uint8(): number {
    const value = this.bytes[this.at];
    if (value === undefined) return this.#fail();
    this.at += 1;
    return value;
  }

  uint32(): number {
    if (this.remaining < 4) return this.#fail();
    this.at += 4;
    return uint32At(this.bytes, this.at - 4);
  }

  /** 1, 2 or 4 bytes, told apart by the first two bits; at most 2^30 - 1. */
  varint(): number {
    const first = this.bytes[this.at];
    if (first === undefined) return this.#fail();
    if (first < 0x40) {
      this.at += 1;
      return first;
    }
    if (first < 0x80) {
      if (this.remaining < 2) return this.#fail();
      const value = ((first & 0x3f) << 8) | this.bytes[this.at + 1]!;
      this.at += 2;
      return value;
    }
    return first < 0xc0 ? this.uint32() & 0x3fffffff : this.#fail();
  }

  /** A view of the next bytes, of those that are here; empty if there are not so many. */
  view(length: number): Uint8Array {
    if (length > this.remaining + this.#absentBytes) this.#fail();
    const start = this.failed ? this.bytes.length : this.at;
    this.at = this.failed ? this.bytes.length : start + length;
    return view(this.bytes, start, Math.min(this.at, this.bytes.length));
  }

  #fail(): 0 {
    this.failed = true;
    return 0;
  }
}
