/**
 * Values that end with a byte string which is most of them: the argument of an upload, or the last of several, and the result of
 * a download. Who joins such a value from parts can join the byte string in memory of its own, which is then the value's, and
 * need not be copied.
 */
const [BIN_8, BIN_32] = [0xc4, 0xc6];

/** Arguments before the byte string that are looked over. */
const ITEMS_BEFORE_MAX = 8;

/**
 * Where the content of such a byte string begins, in a value of so many bytes of which the first are here; undefined if they do
 * not show one. Nothing is checked that decoding checks.
 */
export function bulkStart(bytes: Uint8Array, totalBytes: number): number | undefined {
  const head = bytes[0]!;
  const items = head > 0x90 && head < 0xa0 ? head - 0x90 : 0;
  if (items === 0) return bytesContent(bytes, 0, totalBytes);
  if (items - 1 > ITEMS_BEFORE_MAX) return undefined;
  const at = skipValues(bytes, 1, items - 1);
  return at === undefined ? undefined : bytesContent(bytes, at, totalBytes);
}

/** Whether a value is a list, of which the byte string is the last item. */
export function isList(bytes: Uint8Array): boolean {
  return (bytes[0]! & 0xf0) === 0x90;
}

/** How many bytes the head of a byte string takes that ends where the content begins. */
export const BULK_HEAD_BYTES = 5;

/** Where the content of the byte string at a position begins, if that has a head of 32 bits, and goes on to the end. */
function bytesContent(bytes: Uint8Array, at: number, totalBytes: number): number | undefined {
  if (bytes[at] !== BIN_32 || at + BULK_HEAD_BYTES > bytes.length) return undefined;
  const start = at + BULK_HEAD_BYTES;
  return start + unsigned(bytes, at + 1, 4) === totalBytes ? start : undefined;
}

/** The position after so many values; undefined if that is not among these bytes. */
function skipValues(bytes: Uint8Array, start: number, count: number): number | undefined {
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    if (at >= bytes.length) return undefined;
    left += itemsIn(bytes, at);
    at += ownBytes(bytes, at);
  }
  return at < bytes.length ? at : undefined;
}

/** How many values are in a list or a map whose head stands at a position. */
function itemsIn(bytes: Uint8Array, at: number): number {
  const head = bytes[at]!;
  if (head >= 0x80 && head < 0x90) return 2 * (head - 0x80);
  if (head >= 0x90 && head < 0xa0) return head - 0x90;
  if (head < 0xdc || head > 0xdf) return 0;
  const items = unsigned(bytes, at + 1, head % 2 === 0 ? 2 : 4);
  return head < 0xde ? items : 2 * items;
}

/** Bytes of a value without the values that are in it. */
function ownBytes(bytes: Uint8Array, at: number): number {
  const head = bytes[at]!;
  if (head < 0xa0 || head >= 0xe0) return 1;
  if (head < BIN_8) return head < 0xc0 ? 1 + head - 0xa0 : 1;
  if (head >= 0xdc) return head % 2 === 0 ? 3 : 5;
  return head >= 0xd9 ? lengthed(bytes, at, 1 << (head - 0xd9)) : scalarBytes(bytes, at, head);
}

/** Bytes of a byte string, an extension or a number with a head of its own. */
function scalarBytes(bytes: Uint8Array, at: number, head: number): number {
  if (head >= 0xd4) return 2 + (1 << (head - 0xd4));
  if (head >= 0xcc) return 1 + (1 << (head & 3));
  if (head >= 0xca) return head === 0xca ? 5 : 9;
  return head <= BIN_32 ? lengthed(bytes, at, 1 << (head - BIN_8)) : 1 + lengthed(bytes, at, 1 << (head - 0xc7));
}

function lengthed(bytes: Uint8Array, at: number, lengthBytes: number): number {
  return 1 + lengthBytes + unsigned(bytes, at + 1, lengthBytes);
}

/** A number of so many bytes; what is not here reads as 0. */
function unsigned(bytes: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let at = start; at < start + length; at += 1) value = 0x100 * value + (bytes[at] ?? 0);
  return value;
}
