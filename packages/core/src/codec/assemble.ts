/**
 * Encodes the values that `@msgpack/msgpack` has no encoding for, by writing the containers around them here and leaving
 * every leaf to the library: maps, bigints (as an integer where one fits, so that 5n and 5 are the same bytes) and
 * negative zero. Rare, so it may be slower than the library's own encoder.
 */
import { Encoder } from '@msgpack/msgpack';

const bigints = new Encoder({ useBigInt64: true });
const floats = new Encoder({ forceIntegerToFloat: true });

/** Encodes a value that `inspect` has accepted. */
export function assemble(value: unknown, encoder: Encoder, hasRule: (value: object) => boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  append(value);
  // Not a Buffer, which may be part of the memory that all small buffers share.
  return new Uint8Array(Buffer.concat(parts));

  function append(part: unknown): void {
    if (typeof part === 'bigint') parts.push(encodeBigInt(part, encoder));
    else if (Object.is(part, -0)) parts.push(floats.encode(part));
    else if (typeof part !== 'object' || part === null || isLeaf(part)) parts.push(encoder.encode(part));
    else if (Array.isArray(part)) appendArray(part);
    else if (part instanceof Map) appendEntries([...(part as Map<unknown, unknown>)]);
    else appendEntries(Object.entries(part).filter((entry) => entry[1] !== undefined));
  }

  function isLeaf(part: object): boolean {
    return hasRule(part) || part instanceof Uint8Array || part instanceof Date;
  }

  function appendArray(array: readonly unknown[]): void {
    parts.push(header(array.length, 0x90, 0xdc));
    // `forEach` would pass over holes.
    for (const element of array) append(element);
  }

  function appendEntries(entries: readonly (readonly [unknown, unknown])[]): void {
    parts.push(header(entries.length, 0x80, 0xde));
    for (const [key, entry] of entries) {
      append(key);
      append(entry);
    }
  }
}

function encodeBigInt(value: bigint, encoder: Encoder): Uint8Array {
  const number = Number(value);
  return Number.isSafeInteger(number) ? encoder.encode(number) : bigints.encode(value);
}

/** The header of an array or a map: its fixed form, or the form of 16 bits and after it that of 32. */
function header(length: number, fixed: number, long: number): Uint8Array {
  if (length < 16) return Uint8Array.of(fixed | length);
  if (length < 0x10000) return Uint8Array.of(long, length >> 8, length & 0xff);
  return Uint8Array.of(long + 1, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}
