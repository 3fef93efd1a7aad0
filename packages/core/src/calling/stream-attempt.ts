import { RpcError, type Executed } from '../errors.js';
import { DONE, readTwice, RpcStream } from '../stream.js';
import type { Attempt } from './attempts.js';

/** A stream that was opened on behalf of another, and whether the method has run because of it. */
export class StreamAttempt extends RpcStream<unknown> implements AsyncIterableIterator<unknown, undefined>, Attempt {
  readonly #open: () => RpcStream<unknown>;
  readonly #opened: (attempt: StreamAttempt) => void;
  #stream: RpcStream<unknown> | undefined;
  #values: AsyncIterator<unknown, undefined> | undefined;
  #isRead = false;
  #cancelled = false;
  #executed: Executed = 'no';

  /** @param opened Called when its first value is asked for. @throws RpcError if it may not be opened */
  constructor(open: () => RpcStream<unknown>, opened: (attempt: StreamAttempt) => void) {
    super();
    this.#open = open;
    this.#opened = opened;
  }

  get executed(): Executed {
    return this.#executed;
  }

  get missed(): number {
    return this.#stream?.missed ?? 0;
  }

  [Symbol.asyncIterator](): this {
    if (this.#isRead) throw readTwice();
    this.#isRead = true;
    return this;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#cancelled) return DONE;
    try {
      this.#values ??= this.#begin();
      const result = await this.#values.next();
      this.#executed = 'yes';
      return result;
    } catch (error) {
      if (this.#executed !== 'yes') this.#executed = RpcError.from(error).executed;
      throw error;
    }
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#stream?.cancel();
  }

  #begin(): AsyncIterator<unknown, undefined> {
    this.#opened(this);
    this.#stream = this.#open();
    this.#executed = 'unknown';
    return this.#stream[Symbol.asyncIterator]();
  }
}
