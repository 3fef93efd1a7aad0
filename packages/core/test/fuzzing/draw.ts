import { SeededRandom } from '../../src/testing/random';

/** What mutations and generators decide by. */
export class Draw {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** From 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  chance(rate: number): boolean {
    return this.#random.next() < rate;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bytes(length: number): Uint8Array {
    return this.#random.bytes(length);
  }

  /** Mostly 1, sometimes more. */
  few(most: number): number {
    let count = 1;
    while (count < most && this.chance(0.5)) count += 1;
    return count;
  }
}
