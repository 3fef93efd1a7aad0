/**
 * Values that are bytes and nothing else: the usual argument of an upload, and the usual item of a stream. Of them there is
 * nothing to look at and nothing to build, so that copying them is all the work there is.
 */

const [BIN_8, BIN_16, BIN_32] = [0xc4, 0xc5, 0xc6];

/** A byte string of MessagePack, with the shortest head. */
export function encodeBytes(value: Uint8Array): Uint8Array {
  const { length } = value;
  const headBytes = length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
  const encoded = new Uint8Array(headBytes + length);
  encoded[0] = headBytes === 2 ? BIN_8 : headBytes === 3 ? BIN_16 : BIN_32;
  for (let at = headBytes - 1, left = length; at > 0; at -= 1, left >>>= 8) encoded[at] = left;
  encoded.set(value, headBytes);
  return encoded;
}

/** What is in a byte string, in memory of its own; undefined if the bytes are anything else, or more than that. */
export function decodeBytes(bytes: Uint8Array): Uint8Array | undefined {
  const head = bytes[0]!;
  if (head < BIN_8 || head > BIN_32) return undefined;
  const headBytes = head === BIN_8 ? 2 : head === BIN_16 ? 3 : 5;
  if (bytes.length < headBytes) return undefined;
  let length = 0;
  for (let at = 1; at < headBytes; at += 1) length = length * 0x100 + bytes[at]!;
  if (bytes.length !== headBytes + length) return undefined;
  const value = new Uint8Array(length);
  value.set(new Uint8Array(bytes.buffer, bytes.byteOffset + headBytes, length));
  return value;
}
