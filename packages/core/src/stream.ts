import { RpcError } from './errors.js';

/**
 * Values that follow each other: what a method of a client returns if the service answers with many.
 *
 * It is cold: nothing is sent before the first value is asked for. It is read once, with `for await`, and whatever ends the
 * loop ends the stream at once, here and over there: `break`, `return`, an error, and {@link RpcStream.cancel} from outside.
 *
 * ```ts
 * for await (const tick of market.watch('X')) if (tick.price > limit) break;
 * ```
 *
 * Reading raises an RpcError: what the other side said when it ended the stream with an error, or why it cannot go on, such
 * as `UNAVAILABLE` after a restart of the server. Silence is an error here, `DEADLINE_EXCEEDED`.
 */
export abstract class RpcStream<T> implements AsyncIterable<T, undefined>, AsyncDisposable {
  /**
   * How many values the other side has sent that were not read, for newer ones took their place or they were lost. Always 0
   * unless the method is served as best effort.
   */
  abstract readonly missed: number;

  /** Ends the stream at once: the other side stops, and whoever waits for a value learns that there are no more. */
  abstract cancel(): void;

  /** @throws RpcError `FAILED_PRECONDITION` the second time, for what was read is gone. */
  abstract [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined>;

  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return Promise.resolve();
  }

  /**
   * A stream of the values of anything that can be iterated, for tests and for other transports.
   *
   * @param source Or what opens it, when the first value is asked for.
   */
  static from<T>(source: Source<T> | (() => Source<T>)): RpcStream<T> {
    return new LocalStream(typeof source === 'function' ? source : () => source);
  }
}

/** What a stream can be made of. */
export type Source<T> = AsyncIterable<T> | Iterable<T>;

/** What a stream gives when it is over. */
export const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** The error of a stream that is read twice. */
export function readTwice(): RpcError {
  return new RpcError(
    'FAILED_PRECONDITION',
    'A stream is read once, and this one is read already. Call the method again for another one.',
  );
}

class LocalStream<T> extends RpcStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly missed = 0;
  readonly #open: () => Source<T>;
  #source: AsyncIterator<T> | Iterator<T> | undefined;
  #read = false;
  #ended = false;
  /** Those who wait for a value: a source may keep them waiting after it was told to end. */
  readonly #waiting = new Set<(result: IteratorResult<T, undefined>) => void>();

  constructor(open: () => Source<T>) {
    super();
    this.#open = open;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    if (this.#read) throw readTwice();
    this.#read = true;
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      this.#pull()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(resolve));
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const resolve of this.#waiting) resolve(DONE);
    // Nobody is left to hear how the source takes it.
    void Promise.resolve(this.#source?.return?.()).catch(() => undefined);
  }

  async #pull(): Promise<IteratorResult<T, undefined>> {
    this.#source ??= iteratorOf(this.#open());
    const result = await this.#source.next();
    if (result.done !== true) return result;
    this.#ended = true;
    return DONE;
  }
}

/** What values are pulled out of, one by one. */
export type PulledIterator<T = unknown> = AsyncIterator<T, unknown> | Iterator<T, unknown>;

/** An iterator over anything that can be iterated. */
export function iteratorOf<T>(source: Source<T>): PulledIterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

/** Whether a value can be iterated asynchronously. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function'
  );
}

/** Whether a value can be iterated, asynchronously or not. A string can, but its characters are no values of a stream. */
export function isSource(value: unknown): value is Source<unknown> {
  if (isAsyncIterable(value)) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  );
}
