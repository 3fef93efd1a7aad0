/**
 * MessagePack's headers of arrays and strings, the only ones that the rpcudp wire itself has to know: a request is an
 * array of a string and an array. Reading gives -1 where the bytes are not such a header.
 */

const FIXARRAY = 0x90;
const ARRAY16 = 0xdc;
const ARRAY32 = 0xdd;
const FIXSTR = 0xa0;
const STR8 = 0xd9;
const STR16 = 0xda;
const STR32 = 0xdb;

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

function uint32(bytes: Uint8Array, offset: number): number {
  return uint16(bytes, offset) * 0x10000 + uint16(bytes, offset + 2);
}

/** How many bytes the header of an array takes, or 0 if there is none at `offset`. */
export function arrayHeaderBytes(bytes: Uint8Array, offset: number): number {
  const head = bytes[offset];
  if (head === undefined) return 0;
  const size = (head & 0xf0) === FIXARRAY ? 1 : head === ARRAY16 ? 3 : head === ARRAY32 ? 5 : 0;
  return offset + size <= bytes.length ? size : 0;
}

/** How many elements the array at `offset` announces. Only where `arrayHeaderBytes` gave `size` bytes, not 0. */
export function arrayLength(bytes: Uint8Array, offset: number, size: number): number {
  if (size === 1) return bytes[offset]! & 0x0f;
  return size === 3 ? uint16(bytes, offset + 1) : uint32(bytes, offset + 1);
}

/** How many bytes the header of a string takes, or 0 if there is none at `offset`. */
export function stringHeaderBytes(bytes: Uint8Array, offset: number): number {
  const head = bytes[offset];
  if (head === undefined) return 0;
  const size = (head & 0xe0) === FIXSTR ? 1 : head === STR8 ? 2 : head === STR16 ? 3 : head === STR32 ? 5 : 0;
  return offset + size <= bytes.length ? size : 0;
}

/** How many bytes the string at `offset` announces. Only where `stringHeaderBytes` gave `size` bytes, not 0. */
export function stringLength(bytes: Uint8Array, offset: number, size: number): number {
  if (size === 1) return bytes[offset]! & 0x1f;
  if (size === 2) return bytes[offset + 1]!;
  return size === 3 ? uint16(bytes, offset + 1) : uint32(bytes, offset + 1);
}
