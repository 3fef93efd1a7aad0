/** The names of methods, which the native wire carries as hashes: docs/protocol.md §4. */
export class MethodNames {
  readonly #names = new Map<number, string>();

  /** @param names Such as `Math.add`. */
  constructor(names: readonly string[] = []) {
    for (const name of names) this.#names.set(methodHash(name), name);
  }

  /** The name that has this hash, if it is known. */
  nameOf(hash: number): string | undefined {
    return this.#names.get(hash);
  }

  /** The name, or the hash where it is not known. */
  textOf(hash: number): string {
    return this.nameOf(hash) ?? `0x${hash.toString(16).padStart(8, '0')}`;
  }
}

/** The 32-bit FNV-1a hash of a name's UTF-8. */
export function methodHash(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
