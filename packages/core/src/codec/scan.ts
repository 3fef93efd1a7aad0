/**
 * Looks at MessagePack bytes before they are decoded: one pass, nothing allocated for well-formed input but the keys of
 * large maps. What passes is safe to decode, and the result says which rare kinds of value are in it, so that the usual
 * value needs no second look.
 */
import { isUtf8 } from 'node:buffer';
import { ARRAY_HOLES_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import { HOLES, REFERENCE, USER_TYPE_MAX } from './exact-types.js';
import { TIMESTAMP } from './extension-rules.js';
import { scanPayload, type PayloadScanner } from './scan-exact.js';
import { RegExpBudget } from './regexp-budget.js';
import { keysOf, type Keys } from './scan-keys.js';

/** The value contains byte strings. */
export const HAS_BYTES = 1;
/** The value contains a 64-bit integer that a number may not hold exactly. */
export const HAS_BIG_INTEGER = 2;
/** The value contains a map with a key that is not a string. */
export const HAS_OTHER_KEY = 4;
/** The value contains another extension type than that of {@link HAS_TIMESTAMP}. */
export const HAS_EXTENSION = 8;
/** The value contains a string whose byte order mark the library would lose. */
export const HAS_MARK = 16;

/** The value contains a moment in time, which the library decodes. */
export const HAS_TIMESTAMP = 64;
/** The value contains an object a second time. */
export const HAS_REFERENCE = 32;

const CUT_OFF = 'the value is cut off';

/** The longest string, in bytes, that the library decodes by itself; longer ones lose a byte order mark at their start. */
const LIBRARY_STRING_BYTES_MAX = 200;

/** The extension types that a value may have. */
export interface KnownTypes {
  /** Whether those that are set aside for rpcudp are among them. */
  readonly exact: boolean;
  /** Whether objects may occur twice. */
  readonly references: boolean;
  /** Whether one of the others is. */
  readonly knows: (type: number) => boolean;
}

/** Whether a value with this first byte is a string. */
export function isString(head: number): boolean {
  return (head >= 0xa0 && head < 0xc0) || (head >= 0xd9 && head < 0xdc);
}

/** What {@link scan} found: a sum of the `HAS_…` flags, or a sentence about what is wrong. */
export type ScanResult = number | string;

/** Checks that `bytes` are exactly one well-formed value whose extension types are all known. */
export function scan(bytes: Uint8Array, types: KnownTypes): ScanResult {
  const scanner = new Scanner(bytes, types);
  scanner.value(0);
  if (!scanner.failed && scanner.at < bytes.length) {
    return `the value ends after ${scanner.at} of ${bytes.length} bytes`;
  }
  return scanner.fault ?? scanner.flags;
}

class Scanner implements PayloadScanner {
  at = 0;
  flags = 0;
  fault: string | undefined;
  readonly bytes: Uint8Array;
  /** Where the value must end: that of the bytes, or of the extension that it is in. */
  #end: number;
  #holes = 0;
  /** Made with the first: hardly any value has one. */
  #regExpBudget: RegExpBudget | undefined;
  readonly #types: KnownTypes;

  constructor(bytes: Uint8Array, types: KnownTypes) {
    this.bytes = bytes;
    this.#end = bytes.length;
    this.#types = types;
  }

  get regExpBudget(): RegExpBudget {
    return (this.#regExpBudget ??= new RegExpBudget());
  }

  get failed(): boolean {
    return this.fault !== undefined;
  }

  value(depth: number): void {
    if (this.failed) return;
    if (this.at >= this.#end) return this.fail(CUT_OFF);
    const head = this.bytes[this.at]!;
    this.at += 1;
    if (head < 0x80 || head >= 0xe0) return;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head < 0xd4) return this.#fixedOrLong(head, depth);
    if (head < 0xd9) return this.#extension(1 << (head - 0xd4), depth);
    return this.#long(head, depth);
  }

  array(depth: number): void {
    const head = this.bytes[this.at];
    const isArray = head !== undefined && ((head >= 0x90 && head < 0xa0) || head === 0xdc || head === 0xdd);
    if (!isArray) return this.fail('an extension that is made of an array holds something else');
    this.value(depth);
  }

  map(depth: number): void {
    const head = this.bytes[this.at] ?? 0;
    const isMap = (head >= 0x80 && head < 0x90) || head === 0xde || head === 0xdf;
    if (!isMap) return this.fail('an extension that is made of a map holds something else');
    this.skip(1);
    this.#map(head < 0x90 ? head & 0x0f : this.#length(head === 0xde ? 2 : 4), depth, true);
  }

  string(): void {
    const head = this.bytes[this.at] ?? 0;
    if (!isString(head)) return this.fail('an extension that is made of strings holds something else');
    this.value(0);
  }

  skip(length: number): void {
    if (length > this.#end - this.at) return this.fail(CUT_OFF);
    this.at += length;
  }

  fail(fault: string): void {
    this.fault ??= fault;
  }

  /** UTF-8 of so many bytes. */
  #text(length: number): void {
    const start = this.at;
    this.skip(length);
    if (this.failed) return;
    for (let at = start; at < this.at; at += 1) {
      if (this.bytes[at]! < 0x80) continue;
      if (!isUtf8(this.bytes.subarray(at, this.at))) return this.fail('a string is not UTF-8');
      if (at === start && length > LIBRARY_STRING_BYTES_MAX && this.#isMark(at)) this.flags |= HAS_MARK;
      return;
    }
  }

  /** 0xd9 to 0xdf: strings, arrays and maps with a length. */
  #long(head: number, depth: number): void {
    if (head < 0xdc) return this.#text(this.#length(1 << (head - 0xd9)));
    if (head < 0xde) return this.#array(this.#length(head === 0xdc ? 2 : 4), depth);
    return this.#map(this.#length(head === 0xde ? 2 : 4), depth);
  }

  /** 0xc0 to 0xd3: nil, booleans, bytes, extensions with a length, numbers. */
  #fixedOrLong(head: number, depth: number): void {
    if (head === 0xc1) return this.fail('0xc1 is not MessagePack');
    if (head < 0xc4) return;
    if (head < 0xc7) return this.#byteString(this.#length(1 << (head - 0xc4)));
    if (head < 0xca) return this.#extension(this.#length(1 << (head - 0xc7)), depth);
    if (head === 0xca) return this.skip(4);
    if (head === 0xcb) return this.skip(8);
    if (head === 0xcf || head === 0xd3) return this.#integer64(head === 0xcf);
    return this.skip(head < 0xd0 ? 1 << (head - 0xcc) : 1 << (head - 0xd0));
  }

  #array(length: number, depth: number): void {
    if (this.#tooDeep(depth) || this.#tooLong(length)) return;
    for (let left = length; left > 0 && !this.failed; left -= 1) {
      const head = this.bytes[this.at]!;
      if (head >= 0xd4 && head < 0xd7 && this.bytes[this.at + 1] === HOLES && this.#types.exact) this.#holesOf(head);
      else this.value(depth + 1);
    }
  }

  /** @param anyKeys Whether keys that are not strings are nothing special. */
  #map(size: number, depth: number, anyKeys = false): void {
    if (this.#tooDeep(depth) || this.#tooLong(2 * size)) return;
    const keys = keysOf(this.bytes, size);
    for (let left = size; left > 0 && !this.failed; left -= 1) {
      this.#key(keys, depth, anyKeys);
      this.value(depth + 1);
    }
  }

  #key(keys: Keys, depth: number, anyKeys: boolean): void {
    const headerAt = this.at;
    this.value(depth + 1);
    if (this.failed) return;
    const head = this.bytes[headerAt]!;
    if (!isString(head)) {
      if (!anyKeys) this.flags |= HAS_OTHER_KEY;
      return;
    }
    const textAt = headerAt + (head < 0xc0 ? 1 : 1 + (1 << (head - 0xd9)));
    if (!keys.add(textAt, this.at)) this.fail('a map has the same key twice');
  }

  #byteString(length: number): void {
    this.flags |= HAS_BYTES;
    this.skip(length);
  }

  #extension(length: number, depth: number): void {
    const type = ((this.bytes[this.at] ?? 0) << 24) >> 24;
    this.flags |= type === TIMESTAMP ? HAS_TIMESTAMP : HAS_EXTENSION;
    this.skip(1);
    if (length > this.#end - this.at) return this.fail(CUT_OFF);
    if (this.#types.exact && type > USER_TYPE_MAX) return this.#exact(type, length, depth);
    if (!this.#types.knows(type)) return this.fail(`extension type ${type} is not registered with the codec`);
    this.skip(length);
  }

  #exact(type: number, length: number, depth: number): void {
    if (type === REFERENCE) this.flags |= HAS_REFERENCE;
    if (type === REFERENCE && !this.#types.references) {
      return this.fail('an object occurs twice. Both sides need messagePack({ references: true }) for that');
    }
    const outer = this.#end;
    this.#end = this.at + length;
    scanPayload(this, { type, length, depth });
    if (this.at < this.#end) this.fail(`extension type ${type} has bytes after its value`);
    this.#end = outer;
  }

  #holesOf(head: number): void {
    this.flags |= HAS_EXTENSION;
    this.skip(2);
    this.#holes += this.#length(1 << (head - 0xd4));
    if (this.#holes > ARRAY_HOLES_MAX) this.fail(`arrays have more than ${ARRAY_HOLES_MAX} holes`);
  }

  #integer64(unsigned: boolean): void {
    const high = this.#length(4);
    this.skip(4);
    const exactInNumber = high < 0x200000 || (!unsigned && high > 0xffe00000);
    if (!exactInNumber) this.flags |= HAS_BIG_INTEGER;
  }

  /** Reads a big-endian number of 1, 2 or 4 bytes; 0 and a fault if it is cut off. */
  #length(size: number): number {
    const start = this.at;
    this.skip(size);
    if (this.failed) return 0;
    let length = 0;
    for (let at = start; at < this.at; at += 1) length = length * 256 + this.bytes[at]!;
    return length;
  }

  /** Every element takes a byte at least, so a length beyond the bytes that remain is a lie. */
  #tooLong(elements: number): boolean {
    if (elements > this.#end - this.at) this.fail(CUT_OFF);
    return this.failed;
  }

  #tooDeep(depth: number): boolean {
    if (depth >= VALUE_DEPTH_MAX) this.fail(`arrays and maps are nested deeper than ${VALUE_DEPTH_MAX}`);
    return this.failed;
  }

  #isMark(at: number): boolean {
    return this.bytes[at] === 0xef && this.bytes[at + 1] === 0xbb && this.bytes[at + 2] === 0xbf;
  }
}
