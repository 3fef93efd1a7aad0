/** Ids of nodes and keys: 160 bits, and the XOR between two of them as their distance. */

/** Bytes of an id: what SHA-1 gives, as in the paper and in the Python library. */
export const ID_BYTES = 20;

/** Bits of an id. */
export const ID_BITS = 8 * ID_BYTES;

/** The id of a node, or the key of a record: 20 bytes, read as one big-endian number. */
export type NodeId = Uint8Array;

/** Gives so many random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

/** Whether a value that came from anywhere is an id. */
export function isNodeId(value: unknown): value is NodeId {
  return value instanceof Uint8Array && value.length === ID_BYTES;
}

/** An id as the key of a map: two ids are equal if and only if their texts are. In hexadecimal, for logs. */
export function idText(id: NodeId): string {
  let text = '';
  for (let at = 0; at < ID_BYTES; at += 1) text += HEX[id[at]!]!;
  return text;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Whether two ids are the same. */
export function sameId(a: NodeId, b: NodeId): boolean {
  for (let at = 0; at < ID_BYTES; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** The distance of two ids: their XOR, which compares as a big-endian number. */
export function distance(a: NodeId, b: NodeId): NodeId {
  const xor = new Uint8Array(ID_BYTES);
  for (let at = 0; at < ID_BYTES; at += 1) xor[at] = a[at]! ^ b[at]!;
  return xor;
}

/** Below 0 if `a` is nearer to the target than `b`, above 0 if it is farther, 0 only if both are the same id. */
export function compareDistance(target: NodeId, a: NodeId, b: NodeId): number {
  for (let at = 0; at < ID_BYTES; at += 1) {
    const order = (a[at]! ^ target[at]!) - (b[at]! ^ target[at]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** How many bits two ids have in common from the front on: 0 to 160. */
export function sharedPrefixBits(a: NodeId, b: NodeId): number {
  for (let at = 0; at < ID_BYTES; at += 1) {
    const xor = a[at]! ^ b[at]!;
    if (xor !== 0) return 8 * at + Math.clz32(xor) - 24;
  }
  return ID_BITS;
}

/** The bit of an id at an index, counted from the front. */
export function bitOf(id: NodeId, index: number): 0 | 1 {
  return ((id[index >> 3]! >> (7 - (index & 7))) & 1) as 0 | 1;
}

/** An id with one of its bits turned round. */
export function withFlippedBit(id: NodeId, index: number): NodeId {
  const flipped = Uint8Array.from(id);
  flipped[index >> 3]! ^= 0x80 >> (index & 7);
  return flipped;
}

/** A random id whose first bits are those of another. */
export function randomIdWithPrefix(prefix: NodeId, bits: number, random: RandomBytes): NodeId {
  const id = Uint8Array.from(random(ID_BYTES));
  const whole = bits >> 3;
  id.set(prefix.subarray(0, whole));
  if (whole < ID_BYTES) {
    const rest = 0xff >> (bits & 7);
    id[whole] = (prefix[whole]! & ~rest) | (id[whole]! & rest);
  }
  return id;
}
