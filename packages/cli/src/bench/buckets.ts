/** Steps of a decade, each at most half as large again as the one before: fine enough to show a shape. */
const FINE = [1, 1.5, 2, 3, 5, 7];
/** Those of them that are left when there would be too many rows. */
const COARSE = [1, 2, 5];
const ROWS_MAX = 16;
/** From 1 µs to 1,000 s, in microseconds. */
const DECADES = 9;

/** Latencies of one bucket, in milliseconds: from `fromMs` to below `toMs`. */
export interface Bucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/**
 * Counts latencies in buckets whose width grows with them, for a chart. The percentiles come from a finer histogram, which
 * does not show its counts.
 */
export class Buckets {
  readonly #bounds = boundsOf(FINE);
  /** One for each bound, from it to the next; the last takes what is beyond. */
  readonly #counts = new Array<number>(this.#bounds.length).fill(0);

  add(micros: number): void {
    let low = 0;
    let high = this.#bounds.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#bounds[middle]! <= micros) low = middle;
      else high = middle - 1;
    }
    this.#counts[low]! += 1;
  }

  /** From the first bucket with something in it to the last; coarser ones if there would be too many. */
  rows(): Bucket[] {
    const fine = this.#rowsBy(this.#bounds);
    return fine.length <= ROWS_MAX ? fine : this.#rowsBy(boundsOf(COARSE));
  }

  #rowsBy(bounds: readonly number[]): Bucket[] {
    const counts = new Array<number>(bounds.length).fill(0);
    let to = 0;
    this.#counts.forEach((count, index) => {
      while (to + 1 < bounds.length && bounds[to + 1]! <= this.#bounds[index]!) to += 1;
      counts[to]! += count;
    });
    const first = counts.findIndex((count) => count > 0);
    const last = counts.findLastIndex((count) => count > 0);
    if (first < 0) return [];
    return counts.slice(first, last + 1).map((count, index) => {
      const at = first + index;
      return { fromMs: bounds[at]! / 1000, toMs: (bounds[at + 1] ?? Infinity) / 1000, count };
    });
  }
}

function boundsOf(steps: readonly number[]): number[] {
  const decades = Array.from({ length: DECADES }, (_, exponent) => 10 ** exponent);
  return [0, ...decades.flatMap((decade) => steps.map((step) => step * decade))];
}
