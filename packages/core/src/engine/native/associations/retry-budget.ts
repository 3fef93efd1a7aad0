import { RETRY_TOKENS, RETRY_TOKENS_LEAST, RETRY_TOKENS_PER_SUCCESS } from '../../../limits.js';

/** How many calls may be sent again after a reset: few enough that retries cannot feed a failure. gRPC A6. */
export class RetryBudget {
  #tokens = RETRY_TOKENS;

  /** Takes a token; false if the budget is spent. */
  take(): boolean {
    if (this.#tokens <= RETRY_TOKENS_LEAST) return false;
    this.#tokens -= 1;
    return true;
  }

  succeeded(): void {
    this.#tokens = Math.min(RETRY_TOKENS, this.#tokens + RETRY_TOKENS_PER_SUCCESS);
  }
}
