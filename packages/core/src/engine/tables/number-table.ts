/** What a {@link NumberTable} holds: an entry knows its number, a whole one from 0 to 2^32 - 1, which never changes. */
export interface Numbered {
  readonly number: number;
}

/** Slots that a table begins with, for one entry: most peers have one call at a time. A power of two. */
const SLOTS_MIN = 2;

/** Slots that a table keeps however little is in it: for so few, giving them back costs more than they do. */
const SLOTS_KEPT = 128;

/** What all tables have that never had an entry. Nothing is ever added to it. */
const NONE: undefined[] = [];

/**
 * Entries by number, for tables that calls enter and leave all the time. A `Map` would serve but for its garbage: each
 * time it makes room it allocates anew, and what it leaves behind leads from one generation of it to the next, so that
 * the collector keeps every entry that ever was until its next full run. This one is a row of slots: an entry lies at its
 * number's hash, or in the next free slot after it. There are twice as many slots as entries at least; when there are
 * sixteen times as many, half of them are given back.
 */
export class NumberTable<T extends Numbered> {
  #slots: (T | undefined)[] = NONE;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many slots it has: twice as many as entries that it has memory for. */
  get slots(): number {
    return this.#slots.length;
  }

  get(number: number): T | undefined {
    return this.#size === 0 ? undefined : this.#slots[this.#find(number)];
  }

  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  /** Adds an entry; its number must not be here yet. */
  add(entry: T): void {
    // At most half full, so that runs of full slots stay short.
    if (2 * (this.#size + 1) > this.#slots.length) this.#resize(Math.max(SLOTS_MIN, 2 * this.#slots.length));
    this.#slots[this.#find(entry.number)] = entry;
    this.#size += 1;
  }

  /** Removes the entry with a number, if there is one. */
  delete(number: number): void {
    if (this.#size === 0) return;
    const index = this.#find(number);
    if (this.#slots[index] === undefined) return;
    this.#size -= 1;
    this.#close(index);
    const slots = this.#slots.length;
    if (slots > SLOTS_KEPT && 16 * this.#size <= slots) this.#resize(slots >> 1);
  }

  clear(): void {
    this.#slots = NONE;
    this.#size = 0;
  }

  values(): T[] {
    return this.#slots.filter((entry) => entry !== undefined);
  }

  /** The slot of a number: where its entry lies, or where it would. */
  #find(number: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let index = homeOf(number, mask);
    for (let entry = slots[index]; entry !== undefined && entry.number !== number; entry = slots[index]) {
      index = (index + 1) & mask;
    }
    return index;
  }

  /** Empties a slot and moves up the entries after it that would not be found across the gap. */
  #close(empty: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = empty;
    let index = (gap + 1) & mask;
    for (let entry = slots[index]; entry !== undefined; entry = slots[index]) {
      const fromHome = (index - homeOf(entry.number, mask)) & mask;
      if (fromHome >= ((index - gap) & mask)) {
        slots[gap] = entry;
        gap = index;
      }
      index = (index + 1) & mask;
    }
    slots[gap] = undefined;
  }

  #resize(length: number): void {
    const entries = this.values();
    this.#slots = new Array<T | undefined>(length).fill(undefined);
    for (const entry of entries) this.#slots[this.#find(entry.number)] = entry;
  }
}

/** Spreads numbers that count up by ones or twos over the slots: Knuth's multiplicative hash. */
function homeOf(number: number, mask: number): number {
  const product = Math.imul(number, 0x9e3779b1);
  return (product ^ (product >>> 15)) & mask;
}
