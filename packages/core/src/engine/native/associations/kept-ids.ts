import { ID_BYTES } from '../../../wire/native/packet-types.js';

/** Ids that share one piece of memory. An array with memory of its own takes twice as much, and thousands of peers have two. */
const IDS_PER_PIECE = 16;

let piece = new Uint8Array(0);
let used = 0;

/** A copy of an id that may be kept for long. It is never written to. */
export function keptId(id: Uint8Array): Uint8Array {
  if (used === piece.length) {
    piece = new Uint8Array(IDS_PER_PIECE * ID_BYTES);
    used = 0;
  }
  const kept = piece.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  kept.set(id);
  return kept;
}
