/** Bytes at the end of an id that are chosen so that it carries its mark. */
const MARKED_BYTES = 2;
const MARKED_VALUES = 2 ** (8 * MARKED_BYTES);

/** Bytes of an id that its mark depends on: all of a native one, the last ones of a message id of the rpcudp wire. */
const SUMMED_BYTES = 8;

/**
 * The mark that an id carries: a number below {@link marks}, by which whoever shares a port out knows whose it is. Decision
 * 0042. An id carries it in all its bytes, under a seed: the bytes look drawn to whoever does not know that, and ids that
 * another endpoint has marked in its own way are spread evenly.
 */
export class IdMarks {
  /** How many marks there are. */
  readonly marks: number;
  /** 32 bits, by which others who share the port make the same marks. */
  readonly seed: number;

  /**
   * @param marks From 1 to 256, so that the least likely mark is as likely as the others but for 1 in 256.
   * @param seed 32 bits of chance, the same for all who share the port.
   */
  constructor(marks: number, seed: number) {
    this.marks = marks;
    this.seed = seed;
  }

  /** The mark of an id that ends before a position of these bytes. */
  of(bytes: Uint8Array, end: number): number {
    return (this.#sum(bytes, end) + marked(bytes, end)) % this.marks;
  }

  /** Makes an id that was drawn carry a mark: changes its last bytes, by as little as that takes. */
  write(id: Uint8Array, mark: number): void {
    const end = id.length;
    const drawn = marked(id, end);
    const forward = (mark - this.of(id, end) + this.marks) % this.marks;
    const value = drawn + forward < MARKED_VALUES ? drawn + forward : drawn + forward - this.marks;
    id[end - 2] = value >> 8;
    id[end - 1] = value & 0xff;
  }

  /** A hash of the bytes before the marked ones: the mixing of MurmurHash3, in words of 16 bits. */
  #sum(bytes: Uint8Array, end: number): number {
    let hash = this.seed;
    for (let at = end - SUMMED_BYTES; at < end - MARKED_BYTES; at += 2) {
      hash = Math.imul(hash ^ ((bytes[at]! << 8) | bytes[at + 1]!), 0xcc9e2d51);
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    return hash >>> 1;
  }
}

/** The last bytes of an id, as a number. */
function marked(bytes: Uint8Array, end: number): number {
  return (bytes[end - 2]! << 8) | bytes[end - 1]!;
}
