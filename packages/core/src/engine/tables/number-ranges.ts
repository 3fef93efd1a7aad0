import type { AckRange } from '../../wire/native/frame-types.js';

/**
 * A set of numbers as ranges, the largest first: what has been received of a sequence that mostly comes in order. Bounded:
 * when there are too many ranges, the lowest is given up, and everything up to it counts as received.
 */
export class NumberRanges {
  /** From the largest down, with a gap between any two. */
  #ranges: { start: number; end: number }[] = [];
  readonly #rangesMax: number;
  /** Everything below counts as received. */
  #floor = 0;

  constructor(rangesMax: number) {
    this.#rangesMax = rangesMax;
  }

  /** From the largest down; what lies below the floor is not among them. */
  get ranges(): readonly AckRange[] {
    return this.#ranges;
  }

  get largest(): number {
    return this.#ranges[0]?.end ?? this.#floor - 1;
  }

  has(number: number): boolean {
    return number < this.#floor || this.#isIn(this.#search(number), number);
  }

  /** Adds a number; false if it was there. */
  add(number: number): boolean {
    const top = this.#ranges[0];
    if (top !== undefined && number === top.end + 1) {
      top.end = number;
      return true;
    }
    if (number < this.#floor) return false;
    const index = this.#search(number);
    if (this.#isIn(index, number)) return false;
    this.#insert(number, index);
    return true;
  }

  /** Forgets the ranges up to a number: from now on everything up to it counts as received. */
  raiseFloor(number: number): void {
    if (number < this.#floor) return;
    this.#floor = number + 1;
    while (this.#ranges.length > 0 && this.#ranges.at(-1)!.end < this.#floor) this.#ranges.pop();
    const lowest = this.#ranges.at(-1);
    if (lowest !== undefined && lowest.start < this.#floor) lowest.start = this.#floor;
  }

  /** The index of the first range that begins at a number or below it: the only one it can be in. */
  #search(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.start > number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isIn(index: number, number: number): boolean {
    const range = this.#ranges[index];
    return range !== undefined && number <= range.end;
  }

  /** @param index What the search gave. */
  #insert(number: number, index: number): void {
    // As a rule there is one, and thousands of peers have two such sets each: an array that grows would keep room for 17.
    if (this.#ranges.length === 0) {
      this.#ranges = [{ start: number, end: number }];
      return;
    }
    const above = this.#ranges[index - 1];
    const below = this.#ranges[index];
    if (above?.start === number + 1) {
      above.start = number;
      if (below?.end === number - 1) {
        above.start = below.start;
        this.#ranges.splice(index, 1);
      }
    } else if (below?.end === number - 1) {
      below.end = number;
    } else {
      this.#ranges.splice(index, 0, { start: number, end: number });
    }
    while (this.#ranges.length > this.#rangesMax) this.raiseFloor(this.#ranges.at(-1)!.end);
  }
}
