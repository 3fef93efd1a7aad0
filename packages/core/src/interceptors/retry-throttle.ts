import { RETRY_MAX_TOKENS_DEFAULT, RETRY_TOKEN_RATIO_DEFAULT } from '../interceptor-limits.js';
import { checkNumber } from './check-number.js';

/** How much may be retried, so that retries cannot feed a failure: the throttle of gRFC A6. */
export interface RetryBudget {
  /** Tokens that there are at first, and at most. Each failed attempt takes one. Default: 10; above 0, at most 1,000. */
  readonly maxTokens?: number;
  /** What each answer gives back. Default: 0.1. */
  readonly tokenRatio?: number;
}

/** The tokens of one `retry()`, of all calls that go through it. */
export class RetryThrottle {
  readonly #maxTokens: number;
  readonly #tokenRatio: number;
  #tokens: number;

  constructor({ maxTokens = RETRY_MAX_TOKENS_DEFAULT, tokenRatio = RETRY_TOKEN_RATIO_DEFAULT }: RetryBudget = {}) {
    this.#maxTokens = checkNumber('budget.maxTokens', maxTokens, [Number.MIN_VALUE, 1_000]);
    this.#tokenRatio = checkNumber('budget.tokenRatio', tokenRatio, [Number.MIN_VALUE, Infinity]);
    this.#tokens = maxTokens;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Whether what failed may be tried again: as long as more than half of the tokens are left. */
  get allows(): boolean {
    return this.#tokens > this.#maxTokens / 2;
  }

  failed(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  succeeded(): void {
    this.#tokens = Math.min(this.#maxTokens, this.#tokens + this.#tokenRatio);
  }
}
