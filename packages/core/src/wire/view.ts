/**
 * A view of bytes, in place of `subarray`: of a `Buffer`, which sockets give, that makes another `Buffer`, at several times
 * the cost, and its `slice` would be a view and no copy.
 */
export function view(bytes: Uint8Array, start: number, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
