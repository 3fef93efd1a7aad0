/** How fast a probe for bandwidth lets more be on its way: twice as much more with each round trip. */
export class ProbeSlope {
  readonly #datagramBytes: number;
  #rounds = 0;
  #ackedBytes = 0;
  /** Bytes that have to arrive for one more to be let out. */
  #bytesPerByte = Infinity;

  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
  }

  /** A probe begins. */
  begin(): void {
    this.#rounds = 0;
    this.#ackedBytes = 0;
  }

  /** A round trip of it begins. */
  steepen(windowBytes: number): void {
    const growth = this.#datagramBytes * 2 ** Math.min(this.#rounds, 30);
    this.#rounds += 1;
    this.#bytesPerByte = Math.max(windowBytes / growth, 1);
  }

  /** Gives how many bytes more may be on their way, as so many have arrived. */
  grow(ackedBytes: number): number {
    this.#ackedBytes += ackedBytes;
    if (this.#ackedBytes < this.#bytesPerByte) return 0;
    const more = Math.floor(this.#ackedBytes / this.#bytesPerByte);
    this.#ackedBytes -= more * this.#bytesPerByte;
    return more;
  }

  end(): void {
    this.#bytesPerByte = Infinity;
  }
}
