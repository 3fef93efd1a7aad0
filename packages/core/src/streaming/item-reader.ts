import { RpcError } from '../errors.js';
import { Fifo } from '../engine/tables/fifo.js';
import { DONE } from '../stream.js';
import { isThenable } from '../thenable.js';

/** What an {@link ItemReader} needs of the end of a call that it reads. */
export interface ItemReaderOwner {
  /** Whether the newest item is the one that counts. */
  readonly bestEffort: boolean;
  /** The value of an item, now or later. @throws RpcError if it is none, also as a rejection. */
  valueOf(payload: Uint8Array): unknown;
  /** One item was taken out, of so many bytes: there is room for another. */
  taken(bytes: number): void;
  /** Somebody waits for an item, and there is none. */
  waits(): void;
  /** An item had no value: the stream cannot go on. */
  unreadable(error: RpcError): void;
  /** Whoever read it has left. */
  left(): void;
}

/** How a stream ended: with an error, or as it should. */
export interface StreamEnding {
  readonly error?: RpcError | undefined;
}

type Result = IteratorResult<unknown, undefined>;

/**
 * Reads the items of one end of a call. Those that nobody has asked for yet are kept as bytes, of which the other side may
 * send no more than the window holds; of best effort only the newest.
 */
export class ItemReader implements AsyncIterableIterator<unknown, undefined> {
  readonly #owner: ItemReaderOwner;
  readonly #items = new Fifo<Uint8Array>();
  readonly #waiting = new Fifo<(result: Result | PromiseLike<Result>) => void>();
  /** How it ends once all items are read; an error is told once. */
  #end: StreamEnding | undefined;
  #nextIndex = 0;
  #missed = 0;

  constructor(owner: ItemReaderOwner) {
    this.#owner = owner;
  }

  /** How many items were overtaken or lost. */
  get missed(): number {
    return this.#missed;
  }

  /** Whether it has an end, though not all before that may have been read. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(this.#read(item));
    if (this.#end !== undefined) return this.#finish(this.#end);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#owner.waits();
    });
  }

  return(): Promise<Result> {
    this.leave();
    return Promise.resolve(DONE);
  }

  /** Ends it on behalf of whoever reads it: nothing that has come is read any more. */
  leave(): void {
    const { ended } = this;
    this.#items.keep(() => false);
    this.#close({});
    if (!ended) this.#owner.left();
  }

  /** An item has come: a view into a datagram. */
  arrived(index: number, payload: Uint8Array): void {
    if (this.ended) return;
    this.#missed += index - this.#nextIndex;
    this.#nextIndex = index + 1;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting(this.#read(payload));
    if (this.#owner.bestEffort && this.#items.shift() !== undefined) this.#missed += 1;
    this.#items.push(new Uint8Array(payload));
  }

  /** All items have come; whoever reads the last then learns how the stream ended. */
  finished(end: StreamEnding = {}): void {
    if (!this.ended) this.#close(end);
  }

  /** Nobody is to read what has come. */
  abandoned(error: RpcError): void {
    if (this.ended && this.#items.size === 0) return;
    this.#items.keep(() => false);
    this.#close({ error });
  }

  /** The value of an item, once there is room for another one. */
  #read(item: Uint8Array): Result | PromiseLike<Result> {
    this.#owner.taken(item.length);
    try {
      const value = this.#owner.valueOf(item);
      if (!isThenable(value)) return { done: false, value };
      return value.then(
        (later) => ({ done: false, value: later }),
        (error: unknown) => this.#unreadable(error),
      );
    } catch (error) {
      return this.#unreadable(error);
    }
  }

  #unreadable(thrown: unknown): Promise<never> {
    const error = RpcError.from(thrown);
    const { ended } = this;
    this.#items.keep(() => false);
    this.#close({});
    if (!ended) this.#owner.unreadable(error);
    return Promise.reject(error);
  }

  #close(end: StreamEnding): void {
    this.#end = end;
    if (this.#items.size > 0) return;
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift())
      waiting(this.#finish(this.#end));
  }

  #finish(end: StreamEnding): Promise<Result> {
    this.#end = {};
    return end.error === undefined ? Promise.resolve(DONE) : Promise.reject(end.error);
  }
}
