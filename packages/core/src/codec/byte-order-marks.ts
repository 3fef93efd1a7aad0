/**
 * `@msgpack/msgpack` decodes long strings with a `TextDecoder`, which swallows a byte order mark at the start of a
 * string. Strings that start with one are rare; they get a second one for it to swallow.
 */

/** The longest string, in bytes, that the library decodes by itself. */
const OWN_DECODER_BYTES_MAX = 200;

/** U+FEFF in UTF-8. */
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const STR32 = 0xdb;

/** Whether the mark at the start of the string in `bytes[start, end)` would be lost. */
export function losesMark(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= OWN_DECODER_BYTES_MAX) return false;
  return MARK.every((byte, index) => bytes[start + index] === byte);
}

/** Where a string stands: its header, its first byte, and the byte after it. */
export type StringPlace = readonly [header: number, start: number, end: number];

/** The same value with a second mark before each of these strings. */
export function doubleMarks(bytes: Uint8Array, strings: readonly StringPlace[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const [header, start, end] of strings) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(end - start + MARK.length);
    parts.push(bytes.subarray(done, header), Uint8Array.of(STR32), length, MARK);
    done = start;
  }
  return Buffer.concat([...parts, bytes.subarray(done)]);
}
