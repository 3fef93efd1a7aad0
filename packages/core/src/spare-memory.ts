/** Memory that is smaller costs little to take anew, in bytes. */
const SPARE_BYTES_MIN = 128 * 1024;

/**
 * Large memory that nobody needs any more and the collector has not found yet, to be used again: taking as much anew has it
 * filled with zeros page by page, and makes the collector run for each few messages. It keeps nothing alive.
 */
export class SpareMemory {
  #spare: WeakRef<ArrayBufferLike> | undefined;

  /** So many bytes, with anything in them; undefined if there is no spare memory of about that size. */
  take(bytes: number): Uint8Array | undefined {
    const spare = this.#spare?.deref();
    if (spare === undefined || spare.byteLength < bytes || spare.byteLength > 2 * bytes) return undefined;
    this.#spare = undefined;
    return new Uint8Array(spare, 0, bytes);
  }

  /** Nobody reads or writes the memory of these bytes any more. */
  giveBack({ buffer }: Uint8Array): void {
    if (buffer.byteLength >= SPARE_BYTES_MIN) this.#spare = new WeakRef(buffer);
  }
}
