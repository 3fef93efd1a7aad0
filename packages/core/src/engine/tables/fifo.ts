/** Slots that a queue keeps when it runs empty. */
const SLOTS_KEPT = 1_024;

/** A first-in, first-out queue. It uses its memory again, so that a queue that is short makes no garbage. */
export class Fifo<T> {
  /** With room for one, which is all that most queues ever need. */
  #items: (T | undefined)[] = [undefined];
  #first = 0;
  #end = 0;

  /** The first item, or undefined. */
  get first(): T | undefined {
    return this.#first < this.#end ? this.#items[this.#first] : undefined;
  }

  push(item: T): void {
    this.#items[this.#end] = item;
    this.#end += 1;
  }

  /** Takes the first item out, or gives undefined. */
  shift(): T | undefined {
    if (this.#first === this.#end) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#end) this.#reset();
    return item;
  }

  #reset(): void {
    this.#first = 0;
    this.#end = 0;
    if (this.#items.length > SLOTS_KEPT) this.#items = [undefined];
  }
}
