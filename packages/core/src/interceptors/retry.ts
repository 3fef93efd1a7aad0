import { RpcError } from '../errors.js';
import type { ClientInterceptor, ClientOutcome, InterceptedCall } from '../interceptor.js';
import type { Reply } from '../reply.js';
import { SYSTEM_CLOCK, type InterceptorClock } from './clock.js';
import { RetryPolicy, type RetryPolicyOptions } from './retry-policy.js';
import { RetryThrottle, type RetryBudget } from './retry-throttle.js';

/** What {@link retry} takes. */
export interface RetryOptions extends RetryPolicyOptions {
  /** How much may be retried by all calls that share this interceptor. */
  readonly budget?: RetryBudget;
  /** Default: that of this machine. */
  readonly clock?: InterceptorClock;
}

type Next = (call: InterceptedCall) => ClientOutcome;

/**
 * Tries calls again that failed: where nothing ran (`executed: 'no'`), where the method is idempotent, or where the call has a key
 * of `idempotencyKey()`. After `UNAVAILABLE` and `RESOURCE_EXHAUSTED`, unless told otherwise; after silence only with
 * `attemptTimeoutMs`. It ends at the call's deadline and at its signal, waits as long as a peer without room asks for, and has a
 * budget, that of gRFC A6, so that retries cannot feed a failure. A stream is tried again until its first value has come; a
 * call that sends a stream never.
 *
 * @throws RpcError `INVALID_ARGUMENT` if an option is out of range
 */
export function retry({ budget, clock = SYSTEM_CLOCK, ...options }: RetryOptions = {}): ClientInterceptor {
  const parts = { policy: new RetryPolicy(options), throttle: new RetryThrottle(budget), clock };
  return (call, next) => {
    const retries = new Retries(call, parts);
    return call.stream ? retries.stream(next) : retries.call(next);
  };
}

interface RetryParts {
  readonly policy: RetryPolicy;
  readonly throttle: RetryThrottle;
  readonly clock: InterceptorClock;
}

/** The attempts of one call. */
class Retries {
  readonly #call: InterceptedCall;
  readonly #parts: RetryParts;
  readonly #endsBy: number;
  #attempts = 0;
  /** Whether a value of a stream has come. */
  #began = false;

  constructor(call: InterceptedCall, parts: RetryParts) {
    this.#call = call;
    this.#parts = parts;
    this.#endsBy = call.timeoutMs === undefined ? Infinity : parts.clock.now() + call.timeoutMs;
  }

  async call(next: Next): Promise<Reply<unknown>> {
    const { policy, throttle } = this.#parts;
    for (;;) {
      try {
        const reply = (await next(this.#nextAttempt())) as Reply<unknown>;
        if (reply.received) throttle.succeeded();
        if (reply.received || !policy.allowsAfterSilence(this.#call) || !(await this.#mayGoOn())) return reply;
      } catch (error) {
        if (!policy.allows(this.#call, error) || !(await this.#mayGoOn(error))) throw error;
      }
    }
  }

  async *stream(next: Next): AsyncGenerator<unknown, void, undefined> {
    const { policy } = this.#parts;
    for (;;) {
      try {
        return yield* this.#values((await next(this.#nextAttempt())) as AsyncIterable<unknown>);
      } catch (error) {
        if (this.#began || !policy.allows(this.#call, error) || !(await this.#mayGoOn(error))) throw error;
      }
    }
  }

  async *#values(values: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    for await (const value of values) {
      if (!this.#began) this.#parts.throttle.succeeded();
      this.#began = true;
      yield value;
    }
  }

  /** Each waits for what is left, so that all of them together wait as long as was asked for. */
  #nextAttempt(): InterceptedCall {
    const { policy, clock } = this.#parts;
    this.#attempts += 1;
    const timeoutMs = policy.timeoutMs(this.#call, Math.max(1, this.#endsBy - clock.now()));
    return timeoutMs === Infinity || timeoutMs === this.#call.timeoutMs ? this.#call : { ...this.#call, timeoutMs };
  }

  /** Waits before the next attempt; false if there is none. @throws RpcError `CANCELLED` */
  async #mayGoOn(error?: unknown): Promise<boolean> {
    const { policy, throttle, clock } = this.#parts;
    throttle.failed();
    if (this.#attempts >= policy.attempts || !throttle.allows) return false;
    const pauseMs = policy.pauseMs(this.#attempts, error);
    if (clock.now() + pauseMs >= this.#endsBy) return false;
    await sleep(pauseMs, clock, this.#call.signal);
    if (this.#call.signal?.aborted !== true) return true;
    const { executed = 'unknown' } = this.#call;
    const message = 'The call was cancelled by its signal, before it was tried again.';
    throw new RpcError('CANCELLED', message, { executed, cause: this.#call.signal.reason });
  }
}

/** Resolves after a while, or when a signal is aborted. */
function sleep(ms: number, clock: InterceptorClock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.setTimer(ms, () => {
      signal?.removeEventListener('abort', woken);
      resolve();
    });
    function woken(): void {
      stop();
      resolve();
    }
    if (signal?.aborted === true) woken();
    else signal?.addEventListener('abort', woken, { once: true });
  });
}
