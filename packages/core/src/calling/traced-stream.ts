import { RpcError } from '../errors.js';
import { CALLS, tellEnd, type TracedCall, type TracedEnd } from '../reporting/diagnostics.js';
import { RpcStream } from '../stream.js';
import { failedEnd } from './call-trace.js';

type Result = IteratorResult<unknown, undefined>;

/**
 * A stream of answers that tells of itself: its start when its first value is asked for, `asyncStart` when that has come, and its
 * end when it is over or its reader has left.
 */
export class TracedStream extends RpcStream<unknown> implements AsyncIterableIterator<unknown, undefined> {
  readonly #stream: RpcStream<unknown>;
  readonly #traced: TracedCall;
  #values: AsyncIterableIterator<unknown, undefined> | undefined;
  /** Of what was cancelled before it was read nothing is told. */
  #state: 'cold' | 'started' | 'begun' | 'untold' = 'cold';

  /** @param stream Opened with its first `next`, by when its start was told. */
  constructor(stream: RpcStream<unknown>, traced: TracedCall) {
    super();
    this.#stream = stream;
    this.#traced = traced;
  }

  get missed(): number {
    return this.#stream.missed;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown, undefined> {
    this.#values = this.#stream[Symbol.asyncIterator]();
    return this;
  }

  next(): Promise<Result> {
    const values = (this.#values ??= this.#stream[Symbol.asyncIterator]());
    if (this.#state === 'untold') return values.next();
    if (this.#state !== 'cold') return values.next().then(this.#came, this.#failed);
    this.#state = 'started';
    return CALLS.start.runStores(this.#traced, () => {
      const first = values.next().then(this.#came, this.#failed);
      CALLS.end.publish(this.#traced);
      return first;
    });
  }

  return(): Promise<Result> {
    this.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  cancel(): void {
    if (this.#state === 'cold') this.#state = 'untold';
    else this.#tellEnd({ code: 'CANCELLED', executed: this.#state === 'begun' ? 'yes' : 'unknown' });
    this.#stream.cancel();
  }

  readonly #came = (result: Result): Result => {
    if (result.done === true) this.#tellEnd({ code: 'OK', executed: 'yes' });
    else if (this.#state === 'started') {
      this.#state = 'begun';
      CALLS.asyncStart.publish(this.#traced);
    }
    return result;
  };

  readonly #failed = (thrown: unknown): never => {
    const error = RpcError.from(thrown);
    this.#tellEnd(failedEnd(error));
    throw error;
  };

  #tellEnd(end: TracedEnd): void {
    if (this.#state !== 'untold') tellEnd(CALLS, this.#traced, end, this.#state === 'begun');
  }
}
