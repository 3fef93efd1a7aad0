import { RpcError, type Executed } from '../errors.js';
import { DONE, readTwice, RpcStream } from '../stream.js';
import { withExecuted } from './call-errors.js';
import type { StartedStream } from './started-stream.js';

/** What an {@link OutgoingStream} is made of. */
export interface OutgoingStreamParts {
  /** Opens it. @throws RpcError */
  readonly open: () => StartedStream;
  /** Whether it may be opened again, if the peer was gone before the first value came. */
  readonly mayReopen: boolean;
}

/** What a stub gives for a method that answers with a stream. */
export class OutgoingStream extends RpcStream<unknown> implements AsyncIterableIterator<unknown, undefined> {
  readonly #parts: OutgoingStreamParts;
  #call: StartedStream | undefined;
  #isRead = false;
  #cancelled = false;
  #mayReopen: boolean;

  constructor(parts: OutgoingStreamParts) {
    super();
    this.#parts = parts;
    this.#mayReopen = parts.mayReopen;
  }

  get missed(): number {
    return this.#call?.reader?.missed ?? 0;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown, undefined> {
    if (this.#isRead) throw readTwice();
    this.#isRead = true;
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#cancelled) return Promise.resolve(DONE);
    try {
      this.#call ??= this.#parts.open();
    } catch (error) {
      this.#cancelled = true;
      return Promise.reject(RpcError.from(error));
    }
    const call = this.#call;
    const result = call.reader!.next();
    return this.#mayReopen ? this.#first(call, result) : result;
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#call?.reader!.leave();
  }

  /** Opens the stream again, once, if its peer was gone before anything came. */
  async #first(
    call: StartedStream,
    result: Promise<IteratorResult<unknown, undefined>>,
  ): Promise<IteratorResult<unknown, undefined>> {
    try {
      const first = await result;
      this.#mayReopen = false;
      return first;
    } catch (error) {
      if (!this.#mayReopen || !RpcError.is(error) || error.code !== 'UNAVAILABLE') throw error;
      this.#mayReopen = false;
      if (this.#call === call) this.#call = undefined;
      const { executed } = error;
      return this.next().catch((thrown: unknown) => {
        throw afterAnother(RpcError.from(thrown), executed);
      });
    }
  }
}

/** An error of a call that was made for the second time: the first may have run, though this one has not. */
function afterAnother(error: RpcError, executed: Executed): RpcError {
  return error.executed === 'no' ? withExecuted(error, executed) : error;
}
