import { RpcError, type RpcCall } from '@rpcudp/core';

/**
 * An attempt that may not have been sent yet, because its target does not answer and others wait there already. When the target is found to be
 * gone, what was never sent is taken back, so that it can go to another one.
 */
export class Unsent {
  readonly #ending = new AbortController();
  readonly #whole: AbortSignal | undefined;
  #isTakenBack = false;

  /** @param whole That of the call. */
  constructor(whole: AbortSignal | undefined) {
    this.#whole = whole;
    if (whole?.aborted === true) this.#follow();
    else whole?.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Ends the attempt if nothing of it was sent: by what the call would say of silence, so that is known. */
  takeBack(call: RpcCall<unknown>): void {
    if (this.#ending.signal.aborted || call.silenceError()?.executed !== 'no') return;
    this.#isTakenBack = true;
    this.#ending.abort();
  }

  over(): void {
    this.#whole?.removeEventListener('abort', this.#follow);
  }

  /** What has ended an attempt that was taken back. Whether it ran is for the channel to say: what it does not know stays unknown. */
  errorOf(error: RpcError): RpcError {
    if (!this.#isTakenBack || error.code !== 'CANCELLED') return error;
    const message = 'The target does not answer, and the call was not sent yet.';
    return new RpcError('UNAVAILABLE', message, { executed: error.executed, cause: error });
  }

  readonly #follow = (): void => this.#ending.abort(this.#whole?.reason);
}
