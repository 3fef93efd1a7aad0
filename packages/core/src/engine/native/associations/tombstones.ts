import type { Millis } from '../../engine.js';
import { Fifo } from '../../tables/fifo.js';

interface Tombstone {
  readonly id: string;
  /** From when it may be forgotten. */
  readonly until: Millis;
}

/** Ids of associations that ended, kept so that a late packet cannot open one of them again: docs/protocol.md §5. */
export class Tombstones {
  readonly #byId = new Map<string, Tombstone>();
  /**
   * All are kept equally long, so the oldest comes first. A map knows that order too, but finds its first entry only behind
   * the gaps of all that were deleted before it: thousands, at every turn of the event loop.
   */
  readonly #inOrder = new Fifo<Tombstone>();
  readonly #keptMs: Millis;

  constructor(keptMs: Millis) {
    this.#keptMs = keptMs;
  }

  get size(): number {
    return this.#inOrder.size;
  }

  /** When the oldest may be forgotten; `Infinity` if there is none. */
  get nextExpiry(): Millis {
    return this.#inOrder.first?.until ?? Infinity;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Adds an id. One that is here already is kept for as long as the new one. */
  add(id: string, now: Millis): void {
    const tombstone = { id, until: now + this.#keptMs };
    this.#byId.set(id, tombstone);
    this.#inOrder.push(tombstone);
  }

  expire(now: Millis): void {
    for (let oldest = this.#inOrder.first; oldest !== undefined; oldest = this.#inOrder.first) {
      if (oldest.until > now) return;
      this.#inOrder.shift();
      if (this.#byId.get(oldest.id) === oldest) this.#byId.delete(oldest.id);
    }
  }
}
