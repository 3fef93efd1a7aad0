import type { AckRange } from '../../wire/native/frame-types.js';

interface Range {
  start: number;
  end: number;
}

/** What all sets have that never had a number. Nothing is ever added to it. */
const NONE: Range[] = [];

/**
 * A set of numbers as ranges, the largest first: what has been received of a sequence that mostly comes in order. Bounded:
 * when there are too many ranges, the lowest is given up, and everything up to it counts as received.
 */
export class NumberRanges {
  /** From the largest down, with a gap between any two. */
  #ranges: Range[] = NONE;
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
    return this.hasAny(number, number);
  }

  /** Whether any of the numbers from `start` to `end` is there. */
  hasAny(start: number, end: number): boolean {
    if (start < this.#floor) return true;
    if (start > this.largest) return false;
    const range = this.#ranges[this.#search(end)];
    return range !== undefined && range.end >= start;
  }

  /** Whether all of the numbers from `start` to `end` are there. */
  hasAll(start: number, end: number): boolean {
    if (end < this.#floor) return true;
    const range = this.#ranges[this.#search(end)];
    return range !== undefined && range.end >= end && range.start <= Math.max(start, this.#floor);
  }

  /** Adds a number; false if it was there. */
  add(number: number): boolean {
    return this.addRange(number, number);
  }

  /** Adds the numbers from `start` to `end`; false, and nothing is added, if one of them was there. */
  addRange(start: number, end: number): boolean {
    const top = this.#ranges[0];
    if (top !== undefined && start === top.end + 1) {
      top.end = end;
      return true;
    }
    if (start < this.#floor) return false;
    const index = this.#search(end);
    const below = this.#ranges[index];
    if (below !== undefined && below.end >= start) return false;
    this.#insert(start, end, index);
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

  /** The index of the first range that begins at a number or below it: the only one that can hold it. */
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

  /** @param index Of the first range below. */
  #insert(start: number, end: number, index: number): void {
    // As a rule there is one, and thousands of peers have two such sets each: an array that grows would keep room for 17.
    if (this.#ranges.length === 0) {
      this.#ranges = [{ start, end }];
      return;
    }
    const above = this.#ranges[index - 1];
    const below = this.#ranges[index];
    if (above?.start === end + 1) {
      above.start = start;
      if (below?.end === start - 1) {
        above.start = below.start;
        this.#ranges.splice(index, 1);
      }
    } else if (below?.end === start - 1) {
      below.end = end;
    } else {
      this.#ranges.splice(index, 0, { start, end });
    }
    while (this.#ranges.length > this.#rangesMax) this.raiseFloor(this.#ranges.at(-1)!.end);
  }
}
