import { iteratorOf, type PulledIterator, type Source } from '../stream.js';

/** What a handler answers with, as interceptors get it. */
export class HandlersSource implements AsyncIterable<unknown> {
  readonly source: Source<unknown>;
  readonly #opened: PulledIterator[];

  /** @param opened Where what reads it is put, so that whoever ends the call can end it, too. */
  constructor(source: Source<unknown>, opened: PulledIterator[]) {
    this.source = source;
    this.#opened = opened;
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, unknown> {
    const values = iteratorOf(this.source);
    this.#opened.push(values);
    return {
      next: async () => {
        const result = await values.next();
        if (result.done === true) this.#over(values);
        return result;
      },
      return: async () => {
        this.#over(values);
        return (await values.return?.()) ?? { done: true, value: undefined };
      },
    };
  }

  /** Whoever reads it has ended it, or heard of its end. */
  #over(values: PulledIterator): void {
    const index = this.#opened.indexOf(values);
    if (index >= 0) this.#opened.splice(index, 1);
  }
}
