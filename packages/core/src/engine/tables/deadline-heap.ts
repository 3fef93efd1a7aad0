import type { Millis } from '../engine.js';

/** What a {@link DeadlineHeap} holds: an entry knows its place, so that removing it needs no search. */
export interface Deadlined {
  readonly deadline: Millis;
  /** Owned by the heap. -1 while the entry is in none. */
  heapIndex: number;
}

/** Slots that a heap keeps however little is in it: for so few, giving them back costs more than they do. */
const SLOTS_KEPT = 256;

/** What all heaps have that never had an entry. Nothing is ever added to it. */
const NONE: undefined[] = [];

/**
 * Entries by deadline, the earliest first: one heap instead of one timer per entry.
 *
 * Adding and removing cost O(log n), and close to nothing in the usual case that later entries have later deadlines. It
 * gives slots back when no more than an eighth of them is used, whether or not it ever runs empty.
 */
export class DeadlineHeap<T extends Deadlined> {
  /** At first with room for one, which is all that most heaps ever need. */
  #entries: (T | undefined)[] = NONE;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many entries it has memory for. */
  get slots(): number {
    return this.#entries.length;
  }

  /** The earliest deadline; `Infinity` when empty. */
  get earliest(): Millis {
    return this.#entries[0]?.deadline ?? Infinity;
  }

  add(entry: T): void {
    if (this.#entries === NONE) this.#entries = [undefined];
    this.#size += 1;
    this.#rise(entry, this.#size - 1);
  }

  /** Removes an entry; does nothing if it is not here. */
  remove(entry: T): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    this.#size -= 1;
    const last = this.#entries[this.#size]!;
    this.#entries[this.#size] = undefined;
    if (last !== entry) {
      this.#rise(last, index);
      this.#sink(last, last.heapIndex);
    }
    const slots = this.#entries.length;
    if (slots > SLOTS_KEPT && 8 * this.#size <= slots) this.#entries.length = slots >> 2;
  }

  /** Removes and returns the earliest entry if its deadline has come. */
  takeDue(now: Millis): T | undefined {
    const first = this.#entries[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  #rise(entry: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#entries[parentIndex]!;
      if (parent.deadline <= entry.deadline) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(entry, index);
  }

  #sink(entry: T, from: number): void {
    let index = from;
    for (;;) {
      const childIndex = this.#earlierChild(index);
      const child = this.#entries[childIndex];
      if (child === undefined || child.deadline >= entry.deadline) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(entry, index);
  }

  #earlierChild(index: number): number {
    const left = 2 * index + 1;
    const right = this.#entries[left + 1];
    return right !== undefined && right.deadline < this.#entries[left]!.deadline ? left + 1 : left;
  }

  #place(entry: T, index: number): void {
    this.#entries[index] = entry;
    entry.heapIndex = index;
  }
}
