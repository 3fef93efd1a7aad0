import { INDEX_MODULUS } from '../../../wire/native/frame-types.js';

/** What a frame carries of a count of items: docs/protocol.md §13.2. */
export function lowIndex(index: number): number {
  return index % INDEX_MODULUS;
}

/** The count nearest to `expected` of which a frame carries `low`. */
export function expandIndex(low: number, expected: number): number {
  const near = expected - (expected % INDEX_MODULUS) + low;
  if (near <= expected - INDEX_MODULUS / 2) return near + INDEX_MODULUS;
  if (near > expected + INDEX_MODULUS / 2 && near >= INDEX_MODULUS) return near - INDEX_MODULUS;
  return near;
}
