import { isThenable } from '../thenable.js';

/** What an {@link ItemPump} needs of the end of a call that it sends the items of. */
export interface ItemPumpOwner {
  /** Runs code of the source's in the context that it belongs to. */
  enter<T>(run: () => T): T;
  /** What is sent of a value, now or later. @throws RpcError if it cannot be sent, also as a rejection. */
  itemOf(value: unknown): unknown;
  /** Sends what {@link itemOf} gave; whether one more is wanted at once. @throws RpcError */
  send(item: unknown): boolean;
  /** The source is over. */
  finished(): void;
  /** The source has failed, or a value of its cannot be sent. */
  failed(error: unknown): void;
  /** Called at the end of each turn that the source took for itself. */
  turnEnded(): void;
}

type PulledIterator = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

/** Pulls values out of their source, one whenever one is wanted, and sends them. What is not wanted is not pulled. */
export class ItemPump {
  readonly #source: PulledIterator;
  readonly #owner: ItemPumpOwner;
  #wanted = false;
  #pulling = false;
  #over = false;

  constructor(source: PulledIterator, owner: ItemPumpOwner) {
    this.#source = source;
    this.#owner = owner;
  }

  /** One item is wanted. */
  pull(): void {
    this.#wanted = true;
    if (!this.#pulling) this.#run();
  }

  /**
   * Nothing is wanted any more: the source is told, and not waited for. An asynchronous generator hears of it when what it
   * awaits has settled.
   */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#endSource();
  }

  readonly #next = (): unknown => this.#source.next();

  /** Goes on as long as items are wanted and nothing has to be waited for. */
  #run(): void {
    this.#pulling = true;
    try {
      while (this.#wanted && !this.#over) {
        this.#wanted = false;
        const result = this.#owner.enter(this.#next);
        if (isThenable(result)) return void result.then(this.#pulled, this.#failedLater);
        const sent = this.#take(result as IteratorResult<unknown>);
        if (sent !== undefined) return void sent.then(this.#goOn, this.#failedLater);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#pulling = false;
  }

  readonly #pulled = (result: unknown): void => {
    try {
      const sent = this.#take(result as IteratorResult<unknown>);
      if (sent !== undefined) return void sent.then(this.#goOn, this.#failedLater);
    } catch (error) {
      this.#fail(error);
    }
    this.#goOn();
  };

  readonly #goOn = (): void => {
    this.#run();
    this.#owner.turnEnded();
  };

  readonly #failedLater = (error: unknown): void => {
    this.#fail(error);
    this.#owner.turnEnded();
  };

  /** Sends what was pulled, at once or when that has been found fit. */
  #take(result: IteratorResult<unknown>): PromiseLike<void> | undefined {
    if (this.#over) return undefined;
    if (result.done === true) {
      this.#over = true;
      this.#owner.finished();
      return undefined;
    }
    const { value } = result;
    // An iterator that is not asynchronous may give promises, which for await awaits.
    const item = isThenable(value) ? value.then((later) => this.#owner.itemOf(later)) : this.#owner.itemOf(value);
    if (isThenable(item)) return item.then((later) => this.#send(later));
    this.#send(item);
    return undefined;
  }

  #send(item: unknown): void {
    if (!this.#over && this.#owner.send(item)) this.#wanted = true;
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#endSource();
    this.#owner.failed(error);
  }

  #endSource(): void {
    try {
      const ended = this.#owner.enter(() => this.#source.return?.());
      // Nobody is left to hear how it takes that.
      if (isThenable(ended)) ended.then(undefined, () => undefined);
    } catch {
      // Nor here.
    }
  }
}
