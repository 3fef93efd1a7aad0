import { RpcError, RpcStream, type RpcErrorCode } from '@rpcudp/core';

/** What {@link resuming} takes beside what opens the stream. */
export interface ResumingOptions {
  /** How long to wait before the first attempt to go on, in milliseconds; each that fails doubles it. Default: 100. */
  readonly pauseMs?: number;
  /** What the wait grows to, in milliseconds. Default: 10,000. */
  readonly pauseMsMax?: number;
  /** How many attempts in a row may fail before the stream ends with the error of the last. Default: as many as it takes. */
  readonly attemptsMax?: number;
  /** Whether to go on after an error. Default: after `UNAVAILABLE`, `DEADLINE_EXCEEDED` and `RESOURCE_EXHAUSTED`. */
  readonly goesOn?: (error: RpcError) => boolean;
  /** Told of each error after which the stream goes on, and how long that takes. */
  readonly onPause?: (error: RpcError, pauseMs: number) => void;
  /** Waits. For tests; resolves early if `signal` is aborted. */
  readonly wait?: (pauseMs: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 to 1, by which waits differ, so that clients of one server do not come back in step. For tests. */
  readonly random?: () => number;
}

/**
 * A stream that goes on where it was, when the server was restarted or out of reach: it is opened again, from the last value
 * that was read. For methods that can say where they begin.
 *
 * ```ts
 * for await (const tick of resuming<Tick>((last) => market.watch({ after: last?.id }))) …
 * ```
 *
 * @param open Opens the stream, from the last value that was read; from the beginning if there is none.
 */
export function resuming<T>(
  open: (last: T | undefined) => AsyncIterable<T>,
  options: ResumingOptions = {},
): RpcStream<T> {
  return new ResumingStream(open, options);
}

const GOES_ON: readonly RpcErrorCode[] = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'];
/** Waits are drawn from this share of their length up. */
const JITTER_FROM = 0.5;

class ResumingStream<T> extends RpcStream<T> {
  readonly #open: (last: T | undefined) => AsyncIterable<T>;
  readonly #options: ResumingOptions;
  readonly #values = RpcStream.from(() => this.#run());
  readonly #cancelled = new AbortController();
  #current: AsyncIterable<T> | undefined;
  /** How many attempts in a row have given no value. */
  #failures = 0;
  /** What those streams missed that have ended. */
  #missed = 0;

  constructor(open: (last: T | undefined) => AsyncIterable<T>, options: ResumingOptions) {
    super();
    this.#open = open;
    this.#options = options;
  }

  get missed(): number {
    return this.#missed + missedBy(this.#current);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const values = this.#values[Symbol.asyncIterator]();
    const end = (): Promise<IteratorResult<T, undefined>> => {
      this.cancel();
      return Promise.resolve({ done: true, value: undefined });
    };
    return { next: () => values.next(), return: end, [Symbol.asyncIterator]: () => this[Symbol.asyncIterator]() };
  }

  cancel(): void {
    this.#cancelled.abort();
    // A generator does not end before the value has come that it waits for.
    if (isStream(this.#current)) this.#current.cancel();
    this.#values.cancel();
  }

  async *#run(): AsyncGenerator<T, undefined> {
    let last: T | undefined;
    for (;;) {
      try {
        this.#current = this.#open(last);
        for await (const value of this.#current) {
          this.#failures = 0;
          last = value;
          yield value;
        }
        return;
      } catch (error) {
        await this.#pause(RpcError.from(error));
      }
    }
  }

  #isCancelled(): boolean {
    return this.#cancelled.signal.aborted;
  }

  /** Waits until it is time for another attempt. @throws RpcError if there is none. */
  async #pause(error: RpcError): Promise<void> {
    const { pauseMs = 100, pauseMsMax = 10_000, attemptsMax = Infinity, goesOn = mayGoOn } = this.#options;
    this.#missed += missedBy(this.#current);
    this.#current = undefined;
    this.#failures += 1;
    if (this.#isCancelled() || this.#failures > attemptsMax || !goesOn(error)) throw error;
    const longestMs = Math.min(pauseMs * 2 ** (this.#failures - 1), pauseMsMax);
    const { wait = waitFor, random = Math.random, onPause } = this.#options;
    const drawnMs = longestMs * (JITTER_FROM + (1 - JITTER_FROM) * random());
    onPause?.(error, drawnMs);
    await wait(drawnMs, this.#cancelled.signal);
    if (this.#isCancelled()) throw error;
  }
}

function mayGoOn({ code }: RpcError): boolean {
  return GOES_ON.includes(code);
}

function isStream(values: unknown): values is RpcStream<unknown> {
  return typeof (values as Partial<RpcStream<unknown>> | undefined)?.cancel === 'function';
}

function missedBy(values: unknown): number {
  return isStream(values) ? values.missed : 0;
}

function waitFor(pauseMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
