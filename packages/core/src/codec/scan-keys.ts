/** Finds keys that come twice in one map. */

/** Maps of up to this many entries have their keys compared pair by pair, larger ones through a set. */
const PAIRWISE_KEYS_MAX = 12;

/** Keys by where they stand in the bytes. */
export interface Keys {
  /** Adds a key; false if it is here already. */
  add(start: number, end: number): boolean;
}

export function keysOf(bytes: Uint8Array, size: number): Keys {
  return size > PAIRWISE_KEYS_MAX ? new KeySet(bytes) : new KeyList(bytes);
}

/** The keys of a small map, compared as bytes. */
class KeyList implements Keys {
  readonly #bytes: Uint8Array;
  readonly #ranges: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  add(start: number, end: number): boolean {
    for (let index = 0; index < this.#ranges.length; index += 2) {
      if (this.#same(this.#ranges[index]!, this.#ranges[index + 1]!, start, end)) return false;
    }
    this.#ranges.push(start, end);
    return true;
  }

  #same(startA: number, endA: number, startB: number, endB: number): boolean {
    if (endA - startA !== endB - startB) return false;
    for (let a = startA, b = startB; a < endA; a += 1, b += 1) if (this.#bytes[a] !== this.#bytes[b]) return false;
    return true;
  }
}

/** The keys of a large map, as strings of one character a byte. */
class KeySet implements Keys {
  readonly #bytes: Uint8Array;
  readonly #keys = new Set<string>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  add(start: number, end: number): boolean {
    const before = this.#keys.size;
    this.#keys.add(Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start).toString('latin1'));
    return this.#keys.size > before;
  }
}
