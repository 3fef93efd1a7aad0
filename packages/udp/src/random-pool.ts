/** Random bytes drawn from the system many at a time: asking for twenty costs far more than their share of four thousand. */
export class RandomPool {
  static readonly #POOL_BYTES = 4096;
  readonly #draw: (length: number) => Uint8Array;
  #pool = new Uint8Array(0);
  #used = 0;

  constructor(draw: (length: number) => Uint8Array) {
    this.#draw = draw;
  }

  /** Bytes that were never handed out before. The caller may keep them. */
  take(length: number): Uint8Array {
    if (this.#used + length > this.#pool.length) {
      this.#pool = new Uint8Array(this.#draw(Math.max(length, RandomPool.#POOL_BYTES)));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return this.#pool.subarray(start, this.#used);
  }
}
