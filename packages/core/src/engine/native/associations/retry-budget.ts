/** How many calls may be sent again after one failure and another: gRPC A6. */
export interface RetryBudgetOptions {
  /** Tokens that there are at first, and at most. Each repeated restart takes one; none goes below half of them. */
  readonly tokens: number;
  /** What an answer gives back. */
  readonly tokensPerAnswer: number;
}

/** How many calls may be sent again where that has failed before: few enough that retries cannot feed a failure. gRPC A6. */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  #tokens: number;

  constructor(options: RetryBudgetOptions) {
    this.#options = options;
    this.#tokens = options.tokens;
  }

  /** Takes a token; false if the budget is spent. */
  take(): boolean {
    if (this.#tokens <= this.#options.tokens / 2) return false;
    this.#tokens -= 1;
    return true;
  }

  answered(): void {
    const { tokens, tokensPerAnswer } = this.#options;
    this.#tokens = Math.min(tokens, this.#tokens + tokensPerAnswer);
  }
}
