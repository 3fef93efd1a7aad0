import type { InspectedLatency } from './inspection-update.js';

/** Buckets for each doubling: neighbours differ by a fifth, so that the middle of one is right to about a tenth. */
const PER_DOUBLING = 4;
const LEAST_MS = 0.001;
/** Up to 37 hours. */
const BUCKETS = 37 * PER_DOUBLING;

/** How often calls took how long, in memory that does not grow. */
export class Latencies {
  readonly #counts = new Float64Array(BUCKETS);

  add(ms: number): void {
    this.#counts[bucketOf(ms)]! += 1;
  }

  /** What has come since `before` was the same as this, which it is from now on. */
  since(before: Latencies): InspectedLatency {
    const fresh = this.#counts.map((count, bucket) => count - before.#counts[bucket]!);
    before.#counts.set(this.#counts);
    return summary(fresh);
  }
}

function summary(counts: Float64Array): InspectedLatency {
  const calls = counts.reduce((sum, count) => sum + count, 0);
  if (calls === 0) return { calls };
  return {
    calls,
    p50Ms: quantile(counts, calls * 0.5),
    p99Ms: quantile(counts, calls * 0.99),
    maxMs: quantile(counts, calls),
  };
}

/** @param rank How many calls took as long at most. */
function quantile(counts: Float64Array, rank: number): number {
  let seen = 0;
  const bucket = counts.findIndex((count) => (seen += count) >= rank && count > 0);
  return middleOf(bucket);
}

function bucketOf(ms: number): number {
  const bucket = Math.floor(Math.log2(Math.max(ms, LEAST_MS) / LEAST_MS) * PER_DOUBLING);
  return Math.min(bucket, BUCKETS - 1);
}

/** With three digits, for more would only take room. */
function middleOf(bucket: number): number {
  return Number((LEAST_MS * 2 ** ((bucket + 0.5) / PER_DOUBLING)).toPrecision(3));
}
