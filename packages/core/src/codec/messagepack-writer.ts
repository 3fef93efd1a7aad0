/** Writes MessagePack into memory that grows: each head in its shortest form, as `@msgpack/msgpack` writes them. */

import { SpareMemory } from '../spare-memory.js';

/** Memory that the next writer begins with, so that few values need any of their own. */
let spare: Buffer | undefined;
const SPARE_BYTES = 4_096;

/** Room for the longest head of an extension. */
const EXTENSION_HEAD_BYTES = 6;

export class MessagePackWriter {
  #bytes = takeSpare();
  #at = 0;

  /** What was written, in memory of its own. It is the last thing that can be asked of a writer. */
  take(): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const written = new Uint8Array(buffer, byteOffset, this.#at);
    // What is large, and most of its memory, is not copied.
    const owned = written.length > SPARE_BYTES && 4 * written.length >= 3 * this.#bytes.length;
    const taken = owned ? written : new Uint8Array(written);
    if (this.#bytes.length === SPARE_BYTES) spare = this.#bytes;
    this.#bytes = NO_BYTES;
    return taken;
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.#float(value);
    if (value >= 0) {
      if (value < 0x80) return this.#byte(value);
      if (value < 0x100000000) return this.#head(value, 0xcc);
      return this.#integer64(0xcf, BigInt(value));
    }
    if (value >= -0x20) return this.#byte(value & 0xff);
    if (value >= -0x80) return this.#head(value & 0xff, 0xd0, 1);
    if (value >= -0x8000) return this.#head(value & 0xffff, 0xd0, 2);
    if (value >= -0x80000000) return this.#head(value >>> 0, 0xd0, 4);
    return this.#integer64(0xd3, BigInt(value));
  }

  /** An integer that takes 64 bits. */
  bigint64(value: bigint): void {
    this.#integer64(value < 0n ? 0xd3 : 0xcf, value);
  }

  string(text: string): void {
    const length = Buffer.byteLength(text);
    if (length < 0x20) this.#byte(0xa0 | length);
    else this.#head(length, 0xd9);
    this.text(text, length);
  }

  /** The UTF-8 of a text alone, without a head. */
  text(text: string, length = Buffer.byteLength(text)): void {
    this.#reserve(length);
    this.#at += this.#bytes.write(text, this.#at, length, 'utf8');
  }

  bytes(bytes: Uint8Array): void {
    this.#head(bytes.length, 0xc4);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  byte(value: number): void {
    this.#byte(value);
  }

  arrayHead(length: number): void {
    if (length < 16) this.#byte(0x90 | length);
    // There is no head for 8 bits; 0xdc and 0xdd are for 16 and 32.
    else this.#head(length, 0xdb, length < 0x10000 ? 2 : 4);
  }

  mapHead(size: number): void {
    if (size < 16) this.#byte(0x80 | size);
    else this.#head(size, 0xdd, size < 0x10000 ? 2 : 4);
  }

  extension(type: number, payload: Uint8Array): void {
    this.#extensionHead(type, payload.length);
    this.raw(payload);
  }

  /** An extension whose payload is the shortest of 1, 2 or 4 bytes that holds a number. */
  numberExtension(type: number, value: number): void {
    const size = value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
    this.#extensionHead(type, size);
    this.#reserve(size);
    this.#at = this.#bytes.writeUIntBE(value, this.#at, size);
  }

  /** Begins an extension; what is written until {@link endExtension} is its payload. Gives what that asks for. */
  beginExtension(): number {
    this.#reserve(EXTENSION_HEAD_BYTES);
    this.#at += EXTENSION_HEAD_BYTES;
    return this.#at;
  }

  endExtension(type: number, start: number): void {
    const end = this.#at;
    this.#at = start - EXTENSION_HEAD_BYTES;
    this.#extensionHead(type, end - start);
    this.#bytes.copyWithin(this.#at, start, end);
    this.#at += end - start;
  }

  #extensionHead(type: number, length: number): void {
    const fixed = FIXED_EXTENSIONS.indexOf(length);
    if (fixed >= 0) this.#byte(0xd4 + fixed);
    else this.#head(length, 0xc7);
    this.#byte(type & 0xff);
  }

  #float(value: number): void {
    this.#byte(0xcb);
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  #integer64(head: number, value: bigint): void {
    this.#byte(head);
    this.#reserve(8);
    this.#at = this.#bytes.writeBigUInt64BE(BigInt.asUintN(64, value), this.#at);
  }

  /** A head and a number after it. @param first The head if the number takes 1 byte; the next ones are for 2 and 4. */
  #head(value: number, first: number, size = value < 0x100 ? 1 : value < 0x10000 ? 2 : 4): void {
    this.#byte(first + (size >> 1));
    this.#reserve(size);
    this.#at = this.#bytes.writeUIntBE(value, this.#at, size);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const larger = takeMemory(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

const NO_BYTES = Buffer.alloc(0);

const largeMemory = new SpareMemory();

/** Nobody needs the memory of what was written any more. */
export function recycleMemory(bytes: Uint8Array): void {
  largeMemory.giveBack(bytes);
}

function takeMemory(bytes: number): Buffer {
  const spare = largeMemory.take(bytes);
  return spare === undefined ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(spare.buffer, 0, bytes);
}

/** A writer may be made while another one writes: rules and getters of users may encode values. */
function takeSpare(): Buffer {
  const bytes = spare ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
  spare = undefined;
  return bytes;
}

const FIXED_EXTENSIONS = [1, 2, 4, 8, 16];
