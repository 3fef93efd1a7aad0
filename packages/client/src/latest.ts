import { rpcContext } from '@rpcudp/core';

/** Starts to push values, and gives what ends that, if there is anything to end. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- who has nothing to end returns nothing
export type Subscribe<T> = (push: (value: T) => void) => (() => void) | void;

/**
 * Makes a stream of what pushes values by itself, such as events: whoever reads it gets the newest value, and what nobody
 * has read by then is left out. Nothing piles up, however slow the reader is. It fits methods with best effort:
 *
 * ```ts
 * \@RpcMethod({ stream: true, delivery: 'best-effort' })
 * pose(): AsyncIterable<Pose> {
 *   return latest((push) => {
 *     sensor.on('pose', push);
 *     return () => sensor.off('pose', push);
 *   });
 * }
 * ```
 *
 * It subscribes when the first value is asked for, and ends when its reader leaves, when `signal` is aborted, or with an error
 * that `subscribe` throws.
 *
 * @param signal Default: that of the handler that calls this, if one does.
 */
export function latest<T>(subscribe: Subscribe<T>, signal = handlersSignal()): AsyncIterableIterator<T, undefined> {
  return new Latest(subscribe, signal);
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

class Latest<T> implements AsyncIterableIterator<T, undefined> {
  readonly #subscribe: Subscribe<T>;
  readonly #signal: AbortSignal | undefined;
  #state: 'new' | 'open' | 'ended' = 'new';
  #newest: { readonly value: T } | undefined;
  #readers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  #unsubscribe: ReturnType<Subscribe<T>> = undefined;

  constructor(subscribe: Subscribe<T>, signal: AbortSignal | undefined) {
    this.#subscribe = subscribe;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#state === 'new') this.#open();
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest !== undefined) return newest;
    if (this.#state === 'ended') return DONE;
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#newest = undefined;
    this.#end();
    return Promise.resolve(DONE);
  }

  #open(): void {
    if (this.#signal?.aborted === true) return this.#end();
    this.#state = 'open';
    this.#signal?.addEventListener('abort', this.#end);
    try {
      this.#unsubscribe = this.#subscribe((value) => this.#push(value));
    } catch (error) {
      this.#end();
      throw error;
    }
    // What was pushed at once may have made the reader leave.
    if (this.#ended()) this.#unsubscribe?.();
  }

  #push(value: T): void {
    if (this.#state !== 'open') return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#newest = { value };
    else reader({ value });
  }

  #ended(): boolean {
    return this.#state === 'ended';
  }

  readonly #end = (): void => {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#signal?.removeEventListener('abort', this.#end);
    for (const reader of this.#readers.splice(0)) reader(DONE);
    this.#unsubscribe?.();
  };
}

/** The signal of the handler that runs, if one does. */
function handlersSignal(): AbortSignal | undefined {
  try {
    return rpcContext().signal;
  } catch {
    return undefined;
  }
}
