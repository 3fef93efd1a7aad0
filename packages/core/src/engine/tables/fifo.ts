/** Slots that a queue keeps however little is in it: for so few, giving them back costs more than they do. */
const SLOTS_KEPT = 256;

/**
 * A first-in, first-out queue: a ring, whose slots are used again whether or not it ever runs empty. It doubles when it
 * is full, and halves when no more than an eighth of it is used, so that its memory follows what is in it, and a queue
 * of about the same length makes no garbage.
 */
export class Fifo<T> {
  /** Their number is a power of two. With room for one, which is all that most queues ever need. */
  #ring: (T | undefined)[] = [undefined];
  /** The slot of the first item. */
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many items it has memory for. */
  get slots(): number {
    return this.#ring.length;
  }

  /** The first item, or undefined. */
  get first(): T | undefined {
    return this.#ring[this.#first];
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#resize(2 * this.#size);
    this.#ring[(this.#first + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  /** Takes the first item out, or gives undefined. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const ring = this.#ring;
    const item = ring[this.#first];
    ring[this.#first] = undefined;
    this.#first = (this.#first + 1) & (ring.length - 1);
    this.#size -= 1;
    if (ring.length > SLOTS_KEPT && 8 * this.#size <= ring.length) this.#resize(ring.length >> 1);
    return item;
  }

  /** Takes out all items but those that are to stay; these keep their order. */
  keep(stays: (item: T) => boolean): void {
    for (let left = this.#size; left > 0; left -= 1) {
      const item = this.shift()!;
      if (stays(item)) this.push(item);
    }
  }

  #resize(slots: number): void {
    const ring = new Array<T | undefined>(slots).fill(undefined);
    for (let index = 0; index < this.#size; index += 1) {
      ring[index] = this.#ring[(this.#first + index) & (this.#ring.length - 1)];
    }
    this.#ring = ring;
    this.#first = 0;
  }
}
