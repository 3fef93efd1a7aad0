import { Fifo } from './fifo.js';

/** What a {@link WantedFifo} holds. */
export interface Wanted {
  /** Whether it is still worth its place. Once it is not, it never is again. */
  readonly wanted: boolean;
}

/** Items from which on a queue looks for those that nobody wants: fewer cost less than looking. */
const PRUNED_FROM = 64;

/**
 * A first-in, first-out queue of what may stop being wanted while it waits. Those that did are passed over at the front,
 * and let go of wherever they are when there may be too many of them: of a queue that does not move, they would take more
 * and more memory.
 */
export class WantedFifo<T extends Wanted> {
  readonly #items = new Fifo<T>();
  #pruneAt = PRUNED_FROM;

  /** How many items it has memory for. */
  get slots(): number {
    return this.#items.slots;
  }

  /** The first item, wanted or not. */
  get first(): T | undefined {
    return this.#items.first;
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  push(item: T): void {
    const { size, slots } = this.#items;
    // What was many once need not be many now.
    if (this.#pruneAt > 2 * slots) this.#pruneAt = Math.max(PRUNED_FROM, 2 * slots);
    if (size >= this.#pruneAt) this.#prune();
    this.#items.push(item);
  }

  /** Lets go of what nobody wants up to the first item that somebody does; gives that. */
  seek(): T | undefined {
    let item = this.#items.first;
    while (item?.wanted === false) {
      this.#items.shift();
      item = this.#items.first;
    }
    return item;
  }

  /** Takes the first item out. */
  shift(): void {
    this.#items.shift();
  }

  /** Next at twice of what is left, so that each item is looked at a few times at most. */
  #prune(): void {
    this.#items.keep(isWanted);
    this.#pruneAt = Math.max(PRUNED_FROM, 2 * this.#items.size);
  }
}

function isWanted({ wanted }: Wanted): boolean {
  return wanted;
}
