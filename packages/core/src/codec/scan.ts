/**
 * Looks at MessagePack bytes before they are decoded: one pass, nothing allocated for well-formed input but the keys of
 * large maps. What passes is safe to decode, and the result says which rare kinds of value are in it, so that the usual
 * value needs no second look.
 */
import { isUtf8 } from 'node:buffer';
import { VALUE_DEPTH_MAX } from '../limits.js';
import { losesMark, type StringPlace } from './byte-order-marks.js';

/** The value contains byte strings. */
export const HAS_BYTES = 1;
/** The value contains a 64-bit integer that a number may not hold exactly. */
export const HAS_BIG_INTEGER = 2;
/** The value contains a map with a key that is not a string. */
export const HAS_OTHER_KEY = 4;
/** The value contains an extension type. */
export const HAS_EXTENSION = 8;
/** The value contains a string whose byte order mark the library would lose. */
export const HAS_MARK = 16;

/** Maps of up to this many entries have their keys compared pair by pair, larger ones through a set. */
const PAIRWISE_KEYS_MAX = 12;

/** What {@link scan} found: a sum of the `HAS_…` flags, or a sentence about what is wrong. */
export type ScanResult = number | string;

/** Checks that `bytes` are exactly one well-formed value whose extension types are all known. */
export function scan(bytes: Uint8Array, knowsExtension: (type: number) => boolean): ScanResult {
  const scanner = new Scanner(bytes, knowsExtension);
  scanner.value(0);
  if (!scanner.failed && scanner.at < bytes.length) {
    return `the value ends after ${scanner.at} of ${bytes.length} bytes`;
  }
  return scanner.fault ?? scanner.flags;
}

/** Where the strings are that {@link HAS_MARK} tells of, in bytes that the scan has accepted. */
export function markedStrings(bytes: Uint8Array): readonly StringPlace[] {
  const scanner = new Scanner(bytes, () => true);
  scanner.value(0);
  return scanner.marked ?? [];
}

class Scanner {
  at = 0;
  flags = 0;
  fault: string | undefined;
  /** Made with the first: hardly any value has one. */
  marked: StringPlace[] | undefined;
  readonly #bytes: Uint8Array;
  readonly #knowsExtension: (type: number) => boolean;

  constructor(bytes: Uint8Array, knowsExtension: (type: number) => boolean) {
    this.#bytes = bytes;
    this.#knowsExtension = knowsExtension;
  }

  get failed(): boolean {
    return this.fault !== undefined;
  }

  value(depth: number): void {
    if (this.failed) return;
    const head = this.#bytes[this.at];
    if (head === undefined) return this.#fail('the value is cut off');
    this.at += 1;
    if (head < 0x80 || head >= 0xe0) return;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return this.#string(head & 0x1f, this.at - 1);
    if (head < 0xd4) return this.#fixedOrLong(head);
    if (head < 0xd9) return this.#extension(1 << (head - 0xd4));
    return this.#long(head, depth);
  }

  /** 0xd9 to 0xdf: strings, arrays and maps with a length. */
  #long(head: number, depth: number): void {
    const headerAt = this.at - 1;
    if (head < 0xdc) return this.#string(this.#length(1 << (head - 0xd9)), headerAt);
    if (head < 0xde) return this.#array(this.#length(head === 0xdc ? 2 : 4), depth);
    return this.#map(this.#length(head === 0xde ? 2 : 4), depth);
  }

  /** 0xc0 to 0xd3: nil, booleans, bytes, extensions with a length, numbers. */
  #fixedOrLong(head: number): void {
    if (head === 0xc1) return this.#fail('0xc1 is not MessagePack');
    if (head < 0xc4) return;
    if (head < 0xc7) return this.#byteString(this.#length(1 << (head - 0xc4)));
    if (head < 0xca) return this.#extension(this.#length(1 << (head - 0xc7)));
    if (head === 0xca) return this.#skip(4);
    if (head === 0xcb) return this.#skip(8);
    if (head === 0xcf || head === 0xd3) return this.#integer64(head === 0xcf);
    return this.#skip(head < 0xd0 ? 1 << (head - 0xcc) : 1 << (head - 0xd0));
  }

  #array(length: number, depth: number): void {
    if (this.#tooDeep(depth) || this.#tooLong(length)) return;
    for (let left = length; left > 0 && !this.failed; left -= 1) this.value(depth + 1);
  }

  #map(size: number, depth: number): void {
    if (this.#tooDeep(depth) || this.#tooLong(2 * size)) return;
    const keys = size > PAIRWISE_KEYS_MAX ? new KeySet(this.#bytes) : new KeyList(this.#bytes);
    for (let left = size; left > 0 && !this.failed; left -= 1) {
      this.#key(keys, depth);
      this.value(depth + 1);
    }
  }

  #key(keys: KeySet | KeyList, depth: number): void {
    const headerAt = this.at;
    this.value(depth + 1);
    if (this.failed) return;
    const head = this.#bytes[headerAt]!;
    if (head < 0xa0 || (head >= 0xc0 && (head < 0xd9 || head > 0xdb))) {
      this.flags |= HAS_OTHER_KEY;
      return;
    }
    const textAt = headerAt + (head < 0xc0 ? 1 : 1 + (1 << (head - 0xd9)));
    if (!keys.add(textAt, this.at)) this.#fail('a map has the same key twice');
  }

  #string(length: number, headerAt: number): void {
    const start = this.at;
    this.#skip(length);
    if (this.failed) return;
    for (let at = start; at < this.at; at += 1) {
      if (this.#bytes[at]! < 0x80) continue;
      if (!isUtf8(this.#bytes.subarray(at, this.at))) return this.#fail('a string is not UTF-8');
      if (at === start && losesMark(this.#bytes, start, this.at)) {
        this.flags |= HAS_MARK;
        (this.marked ??= []).push([headerAt, start, this.at]);
      }
      return;
    }
  }

  #byteString(length: number): void {
    this.flags |= HAS_BYTES;
    this.#skip(length);
  }

  #extension(length: number): void {
    this.flags |= HAS_EXTENSION;
    const type = ((this.#bytes[this.at] ?? 0) << 24) >> 24;
    this.#skip(1 + length);
    if (!this.failed && !this.#knowsExtension(type)) {
      this.#fail(`extension type ${type} is not registered with the codec`);
    }
  }

  #integer64(unsigned: boolean): void {
    const high = this.#length(4);
    this.#skip(4);
    const exactInNumber = high < 0x200000 || (!unsigned && high > 0xffe00000);
    if (!exactInNumber) this.flags |= HAS_BIG_INTEGER;
  }

  /** Reads a big-endian number of 1, 2 or 4 bytes; 0 and a fault if it is cut off. */
  #length(size: number): number {
    const start = this.at;
    this.#skip(size);
    if (this.failed) return 0;
    let length = 0;
    for (let at = start; at < this.at; at += 1) length = length * 256 + this.#bytes[at]!;
    return length;
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.at) return this.#fail('the value is cut off');
    this.at += length;
  }

  /** Every element takes a byte at least, so a length beyond the bytes that remain is a lie. */
  #tooLong(elements: number): boolean {
    if (elements > this.#bytes.length - this.at) this.#fail('the value is cut off');
    return this.failed;
  }

  #tooDeep(depth: number): boolean {
    if (depth >= VALUE_DEPTH_MAX) this.#fail(`arrays and maps are nested deeper than ${VALUE_DEPTH_MAX}`);
    return this.failed;
  }

  #fail(fault: string): void {
    this.fault ??= fault;
  }
}

/** The keys of a small map, compared as bytes. */
class KeyList {
  readonly #bytes: Uint8Array;
  readonly #ranges: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Adds a key; false if it is here already. */
  add(start: number, end: number): boolean {
    for (let index = 0; index < this.#ranges.length; index += 2) {
      if (this.#same(this.#ranges[index]!, this.#ranges[index + 1]!, start, end)) return false;
    }
    this.#ranges.push(start, end);
    return true;
  }

  #same(startA: number, endA: number, startB: number, endB: number): boolean {
    if (endA - startA !== endB - startB) return false;
    for (let a = startA, b = startB; a < endA; a += 1, b += 1) if (this.#bytes[a] !== this.#bytes[b]) return false;
    return true;
  }
}

/** The keys of a large map, as strings of one character a byte. */
class KeySet {
  readonly #bytes: Uint8Array;
  readonly #keys = new Set<string>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  add(start: number, end: number): boolean {
    const before = this.#keys.size;
    this.#keys.add(Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start).toString('latin1'));
    return this.#keys.size > before;
  }
}
