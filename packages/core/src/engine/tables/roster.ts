/** What a {@link Roster} holds: an entry knows its place, so that removing it needs no search. */
export interface Listed {
  /** Owned by the roster. -1 while the entry is in none. */
  rosterIndex: number;
}

/** What all rosters have that never had an entry. Nothing is ever added to it. */
const NONE: Listed[] = [];

/** Entries in no order, that come and go all the time. Unlike a `Set`, it makes no garbage doing so. */
export class Roster<T extends Listed> {
  #entries: T[] = NONE as T[];

  get size(): number {
    return this.#entries.length;
  }

  /** The entries themselves: to be copied by who removes any of them while walking. */
  get entries(): readonly T[] {
    return this.#entries;
  }

  /** Any of them, the cheapest to take out. */
  get last(): T | undefined {
    return this.#entries.at(-1);
  }

  add(entry: T): void {
    if (this.#entries === NONE) {
      // An array that grows from nothing takes room for 17, and most rosters never have more than one.
      entry.rosterIndex = 0;
      this.#entries = [entry];
    } else {
      entry.rosterIndex = this.#entries.push(entry) - 1;
    }
  }

  /** Removes an entry; does nothing if it is not here. */
  remove(entry: T): void {
    const { rosterIndex } = entry;
    if (rosterIndex < 0) return;
    entry.rosterIndex = -1;
    const last = this.#entries.pop()!;
    if (last === entry) return;
    this.#entries[rosterIndex] = last;
    last.rosterIndex = rosterIndex;
  }
}
