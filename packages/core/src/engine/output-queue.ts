/** A first-in, first-out queue that gives its memory back whenever it runs empty. */
export class OutputQueue<T> {
  #items: T[] = [];
  #next = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) {
      if (this.#next > 0) {
        this.#items = [];
        this.#next = 0;
      }
      return undefined;
    }
    this.#next += 1;
    return item;
  }
}
