/**
 * Decodes values with something in them that `@msgpack/msgpack` would not decode to what was sent: large integers, bytes,
 * keys that are not strings, extension types. The bytes have been scanned, which bounds the recursion, and is why nothing
 * here asks whether they go on.
 */
import { binaryOf } from './binary.js';
import { fillError, newError } from './error-parts.js';
import * as exact from './exact-types.js';
import type { ValueTable } from './value-table.js';
import { HAS_OTHER_KEY, HAS_REFERENCE, isString } from './scan.js';

/** @param found What the scan has found in the bytes. @throws Error that says what no scan can see */
export function readValue(bytes: Uint8Array, found: number, table: ValueTable): unknown {
  return new ValueReader(bytes, found, table).value();
}

class ValueReader {
  readonly #bytes: Buffer;
  readonly #table: ValueTable;
  #at = 0;
  readonly #hasOtherKeys: boolean;
  /** The objects in the order in which they begin, if some occur twice. */
  readonly #objects: unknown[] | undefined;

  constructor(bytes: Uint8Array, found: number, table: ValueTable) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#table = table;
    this.#hasOtherKeys = (found & HAS_OTHER_KEY) !== 0;
    this.#objects = (found & HAS_REFERENCE) === 0 ? undefined : [];
  }

  value(): unknown {
    const head = this.#bytes[this.#at]!;
    this.#at += 1;
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head < 0x90) return this.#map(head & 0x0f);
    if (head < 0xa0) return this.#array(head & 0x0f);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head < 0xd4) return this.#fixedOrLong(head);
    if (head < 0xd9) return this.#extension(1 << (head - 0xd4));
    return this.#long(head);
  }

  #long(head: number): unknown {
    if (head < 0xdc) return this.#text(this.#unsigned(1 << (head - 0xd9)));
    if (head < 0xde) return this.#array(this.#unsigned(head === 0xdc ? 2 : 4));
    return this.#map(this.#unsigned(head === 0xde ? 2 : 4));
  }

  #fixedOrLong(head: number): unknown {
    if (head === 0xc0) return null;
    if (head < 0xc4) return head === 0xc3;
    if (head < 0xc7) return this.#leaf(new Uint8Array(this.#take(this.#unsigned(1 << (head - 0xc4)))));
    if (head < 0xca) return this.#extension(this.#unsigned(1 << (head - 0xc7)));
    return this.#number(head);
  }

  #number(head: number): number | bigint {
    const at = this.#at;
    if (head === 0xcf || head === 0xd3) {
      this.#at += 8;
      return exactInteger(head === 0xcf ? this.#bytes.readBigUInt64BE(at) : this.#bytes.readBigInt64BE(at));
    }
    const size = head < 0xcc ? 4 << (head - 0xca) : 1 << (head & 3);
    this.#at += size;
    if (head === 0xca) return this.#bytes.readFloatBE(at);
    if (head === 0xcb) return this.#bytes.readDoubleBE(at);
    return head < 0xd0 ? this.#bytes.readUIntBE(at, size) : this.#bytes.readIntBE(at, size);
  }

  #array(items: number): unknown[] {
    const array: unknown[] = this.#begin([]);
    for (let left = items; left > 0; left -= 1) {
      if (this.#bytes[this.#at + 1] === exact.HOLES && this.#isHoles()) array.length += this.#holes();
      else array.push(this.value());
    }
    return array;
  }

  #isHoles(): boolean {
    const head = this.#bytes[this.#at]!;
    return this.#table.exact && head >= 0xd4 && head < 0xd7;
  }

  #holes(): number {
    const size = 1 << (this.#bytes[this.#at]! - 0xd4);
    this.#at += 2;
    return this.#unsigned(size);
  }

  #map(size: number): unknown {
    return this.#hasOtherKeys ? this.#mapOfAnyKeys(size) : this.#object(size);
  }

  #object(size: number): Record<string, unknown> {
    const object: Record<string, unknown> = this.#begin({});
    for (let left = size; left > 0; left -= 1) {
      const name = this.value() as string;
      checkName(name);
      object[name] = this.value();
    }
    return object;
  }

  /** A map that a stranger wrote: an object if all keys are strings. Which it is shows at its end. */
  #mapOfAnyKeys(size: number): unknown {
    if (this.#objects !== undefined) throw new Error('maps with keys that are not strings are beside references');
    let isObject = true;
    const entries: [unknown, unknown][] = [];
    for (let left = size; left > 0; left -= 1) {
      const isText = isString(this.#bytes[this.#at]!);
      const key = this.value();
      if (isText) checkName(key as string);
      else isObject = false;
      entries.push([key, this.value()]);
    }
    return isObject ? Object.fromEntries(entries) : filledMap(new Map(), entries);
  }

  #extension(length: number): unknown {
    const type = this.#bytes.readInt8(this.#at);
    this.#at += 1;
    if (this.#table.exact && type > exact.USER_TYPE_MAX) return this.#exact(type, length);
    const number = this.#objects?.push(undefined) ?? 0;
    const value = this.#table.extensions.decode(this.#take(length), type);
    if (this.#objects !== undefined) this.#objects[number - 1] = value;
    return value;
  }

  #exact(type: number, length: number): unknown {
    switch (type) {
      case exact.UNDEFINED:
        return undefined;
      case exact.BIGINT:
        return bigintOf(this.#take(length));
      case exact.MAP:
        return filledMap(this.#begin(new Map()), this.#entries());
      case exact.SET:
        return this.#set();
      case exact.BINARY:
        return this.#binary(length);
      case exact.ERROR:
        return this.#error();
      case exact.REGEXP:
        return this.#leaf(new RegExp(this.value() as string, this.value() as string));
      case exact.URL_TEXT:
        return this.#leaf(new URL(this.#text(length)));
      case exact.INVALID_DATE:
        return this.#leaf(new Date(NaN));
      case exact.REFERENCE:
        return this.#reference(this.#unsigned(length));
      default:
        throw new Error(`extension type ${type} is where it may not be`);
    }
  }

  #entries(): [unknown, unknown][] {
    return Array.from({ length: this.#size() }, () => [this.value(), this.value()]);
  }

  #set(): Set<unknown> {
    const set = this.#begin(new Set<unknown>());
    const size = this.#size();
    for (let left = size; left > 0; left -= 1) set.add(this.value());
    if (set.size < size) throw new Error('a set has the same member twice');
    return set;
  }

  #binary(length: number): object {
    const number = this.#bytes[this.#at]!;
    this.#at += 1;
    return this.#leaf(binaryOf(number, this.#take(length - 1)));
  }

  #error(): Error {
    const error = this.#begin(newError(this.#bytes[this.#at]!));
    this.#at += 1;
    fillError(error, this.#fields(), this.#fields());
    return error;
  }

  #fields(): [string, unknown][] {
    return this.#entries().map(([name, value]) => {
      if (typeof name !== 'string') throw new Error('the name of a field of an error is not a string');
      checkName(name);
      return [name, value];
    });
  }

  #reference(number: number): unknown {
    const objects = this.#objects ?? [];
    if (number >= objects.length || objects[number] === undefined) throw new Error('a reference leads nowhere');
    return objects[number];
  }

  /** Numbers an object that may contain references back to itself. */
  #begin<T>(container: T): T {
    this.#objects?.push(container);
    return container;
  }

  /** Numbers an object that contains no other. */
  #leaf<T>(value: T): T {
    return this.#begin(value);
  }

  /** The size of an array or a map, whose head stands here. */
  #size(): number {
    const head = this.#bytes[this.#at]!;
    this.#at += 1;
    if (head < 0xa0) return head & 0x0f;
    return this.#unsigned(head === 0xdc || head === 0xde ? 2 : 4);
  }

  #text(length: number): string {
    const start = this.#at;
    this.#at += length;
    if (length > SHORT_TEXT_BYTES_MAX) return this.#bytes.toString('utf8', start, this.#at);
    let text = '';
    for (let at = start; at < this.#at; at += 1) {
      const byte = this.#bytes[at]!;
      if (byte >= 0x80) return this.#bytes.toString('utf8', start, this.#at);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #take(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #unsigned(size: number): number {
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }
}

/** Up to here, adding characters is faster than a call to the runtime. */
const SHORT_TEXT_BYTES_MAX = 24;

function checkName(name: string): void {
  if (name === '__proto__') throw new Error('The key __proto__ is not allowed');
}

function filledMap(
  map: Map<unknown, unknown>,
  entries: readonly (readonly [unknown, unknown])[],
): Map<unknown, unknown> {
  for (const [key, value] of entries) map.set(key, value);
  if (map.size < entries.length) throw new Error('a map has the same key twice');
  return map;
}

function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A sign and a magnitude. */
function bigintOf(bytes: Uint8Array): bigint {
  if (bytes.length === 1) return 0n;
  const magnitude = BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1).toString('hex')}`);
  return bytes[0] === 0 ? magnitude : -magnitude;
}
