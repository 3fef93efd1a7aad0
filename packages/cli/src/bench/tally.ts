import type { RpcError } from '@rpcudp/core';
import type { Histogram } from 'hdr-histogram-js';
import { Buckets, type Bucket } from './buckets.js';

/** Digits that a latency keeps: a thousandth of itself is the most it can be off. */
const SIGNIFICANT_DIGITS = 3;
/** In microseconds; the histogram grows beyond it by itself. */
const HIGHEST_AT_FIRST = 10_000_000;

/** Milliseconds below which so many calls in a hundred were answered. */
export interface Latencies {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p99_9: number;
  readonly max: number;
  readonly mean: number;
}

/** Counts what came of the calls that are measured. */
export class Tally {
  answered = 0;
  silent = 0;
  failed = 0;
  /** Answers that came while it was measured, those to calls of the warm-up included: throughput is made of them. */
  answeredInTime = 0;
  firstError: RpcError | undefined;
  readonly #histogram: Histogram;
  readonly #buckets = new Buckets();

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  static async create(): Promise<Tally> {
    // Loaded here and not on top: it brings megabytes of code with it, which no other command needs.
    const { build } = await import('hdr-histogram-js');
    const histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_AT_FIRST,
      numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    });
    histogram.autoResize = true;
    return new Tally(histogram);
  }

  get ended(): number {
    return this.answered + this.silent + this.failed;
  }

  /** The share of calls that nobody answered. */
  get loss(): number {
    return this.ended === 0 ? 0 : this.silent / this.ended;
  }

  /** Notes an answer. */
  answer(latencyMs: number): void {
    this.answered += 1;
    const micros = Math.max(1, Math.round(latencyMs * 1000));
    this.#histogram.recordValue(micros);
    this.#buckets.add(micros);
  }

  /** Notes an error. The first is kept, for it says most. */
  fail(error: RpcError): void {
    this.failed += 1;
    this.firstError ??= error;
  }

  latencies(): Latencies | undefined {
    if (this.answered === 0) return undefined;
    const [max, mean] = [this.#histogram.maxValue / 1000, this.#histogram.mean / 1000];
    // The histogram gives the upper end of the values that it does not tell apart, which can lie above the largest.
    const at = (percentile: number): number => Math.min(max, this.#histogram.getValueAtPercentile(percentile) / 1000);
    return { p50: at(50), p90: at(90), p99: at(99), p99_9: at(99.9), max, mean };
  }

  buckets(): Bucket[] {
    return this.#buckets.rows();
  }
}
