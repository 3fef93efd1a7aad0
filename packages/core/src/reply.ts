import { RpcError } from './errors.js';
import { PROGRESS_UNKNOWN, type CallProgress } from './progress.js';

/** What came of a call: an answer, or silence until the deadline. Silence is a value, not an error. */
export type Reply<T> = { readonly received: true; readonly value: T } | { readonly received: false };

/** The reply of every call that nobody answered. */
export const SILENCE: Reply<never> = Object.freeze({ received: false });

/**
 * A call on its way: what a method of a client returns.
 *
 * It was sent when it was made, whether anybody waits for it or not. `await call` gives a {@link Reply} and rejects only
 * if the other side said no or the call could not be sent; `call.orThrow()` gives the value itself. The promise behind
 * it is made when it is first asked for, so a call that nobody awaits cannot become an unhandled rejection.
 */
export abstract class RpcCall<T> implements PromiseLike<Reply<T>> {
  /** @throws RpcError as a rejection: the other side said no, or the call could not be sent. */
  abstract then<A = Reply<T>, B = never>(
    onReply?: ((reply: Reply<T>) => A | PromiseLike<A>) | null,
    onError?: ((error: RpcError) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;

  /**
   * The value alone. A one-way call with best effort has none and ends when it is sent: it resolves to undefined then.
   *
   * @throws RpcError as a rejection: as for `await call`, and `DEADLINE_EXCEEDED` for silence, with `executed: 'no'` if
   * nothing of the call was ever sent, else `'unknown'`.
   */
  orThrow(): Promise<T> {
    return this.then((reply) => {
      if (reply.received) return reply.value;
      const error = this.silenceError();
      if (error !== undefined) throw error;
      return undefined as T;
    });
  }

  /**
   * How much of the arguments the other side has: for those that are large. A channel that cannot tell says 0 of 0.
   *
   * ```ts
   * for await (const { acknowledgedBytes, totalBytes } of call.progress) bar.update(acknowledgedBytes / totalBytes);
   * ```
   */
  get progress(): CallProgress {
    return PROGRESS_UNKNOWN;
  }

  /**
   * What silence is to {@link RpcCall.orThrow}: an error, or undefined where nothing but sending was asked for. For channels:
   * those that know more say more. Public, for a protected member would make the calls of two copies of this package two types.
   */
  silenceError(): RpcError | undefined {
    return new RpcError('DEADLINE_EXCEEDED', 'No response was received in time.', { executed: 'unknown' });
  }
}

/** The other end of an {@link RpcCall}: for channels, which end it exactly once. What comes after the end is ignored. */
export class PendingCall<T> extends RpcCall<T> {
  #reply: Reply<T> | undefined;
  #error: RpcError | undefined;
  #promise: Promise<Reply<T>> | undefined;
  #resolve: ((reply: Reply<T>) => void) | undefined;
  #reject: ((error: RpcError) => void) | undefined;

  /** A call that failed before it was sent. */
  static failed(error: RpcError): RpcCall<never> {
    const call = new PendingCall<never>();
    call.fail(error);
    return call;
  }

  get ended(): boolean {
    return this.#reply !== undefined || this.#error !== undefined;
  }

  /** Ends the call with a reply. */
  end(reply: Reply<T>): void {
    if (this.ended) return;
    this.#reply = reply;
    this.#resolve?.(reply);
  }

  /** Ends the call with an error. */
  fail(error: RpcError): void {
    if (this.ended) return;
    this.#error = error;
    this.#reject?.(error);
  }

  then<A = Reply<T>, B = never>(
    onReply?: ((reply: Reply<T>) => A | PromiseLike<A>) | null,
    onError?: ((error: RpcError) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#promise ??= this.#makePromise();
    return this.#promise.then(onReply, onError);
  }

  #makePromise(): Promise<Reply<T>> {
    if (this.#reply !== undefined) return Promise.resolve(this.#reply);
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
}
