/** The limits of ready-made interceptors: see `docs/guides/interceptors.md`. */

/** Attempts of a call that `retry()` makes, the first one included: the most that gRPC's retry policies are usually given. */
export const RETRY_ATTEMPTS_DEFAULT = 3;

/** Milliseconds that `retry()` waits at most before the second attempt; each that follows doubles it. */
export const RETRY_BACKOFF_MS_DEFAULT = 50;

/** Milliseconds beyond which that is not doubled: a peer that is back is found within this time. */
export const RETRY_BACKOFF_MS_MAX_DEFAULT = 2_000;

/** Tokens of the budget of `retry()`, half of which can be spent, and what an answer gives back: the example of gRFC A6. */
export const RETRY_MAX_TOKENS_DEFAULT = 10;
export const RETRY_TOKEN_RATIO_DEFAULT = 0.1;

/** Calls at once that `concurrencyLimit()` begins with, before it has measured anything. */
export const CONCURRENCY_INITIAL_DEFAULT = 20;

/** Calls at once that it never goes above: beyond, a queue is somewhere else. */
export const CONCURRENCY_MAX_DEFAULT = 1_000;

/** Bytes of an idempotency key: keys are kept, and strangers choose them. UUIDs have 36, and HTTP's draft allows about as many. */
export const IDEMPOTENCY_KEY_BYTES_MAX = 255;

/** Keys that a `MemoryIdempotencyStore` keeps. What is beyond is refused: a key that is forgotten early could run twice. */
export const IDEMPOTENCY_KEYS_MAX_DEFAULT = 10_000;

/** Bytes of replies that it keeps. Of a call beyond, it is known that it ran, but not what came of it. */
export const IDEMPOTENCY_BYTES_MAX_DEFAULT = 16 * 1024 * 1024;

/** Milliseconds for which it keeps what came of a call: ten minutes, longer than callers repeat. */
export const IDEMPOTENCY_KEPT_MS_DEFAULT = 600_000;
