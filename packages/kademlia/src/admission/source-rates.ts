import { BURST_SECONDS, SOURCES_MAX } from '../limits.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** How often each source may do something: a token bucket for each, those of the latest sources. */
export class SourceRates {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes a token of a source; false if it has none left. */
  take(source: string, now: number): boolean {
    const most = this.#perSecond * BURST_SECONDS;
    const before = this.#buckets.get(source);
    const tokens = before === undefined ? most : before.tokens + ((now - before.at) / 1000) * this.#perSecond;
    const bucket = { tokens: Math.min(most, tokens), at: now };
    this.#buckets.delete(source);
    this.#buckets.set(source, bucket);
    if (this.#buckets.size > SOURCES_MAX) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
