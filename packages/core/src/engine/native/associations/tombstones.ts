import type { Millis } from '../../engine.js';

/** Ids of associations that ended, kept so that a late packet cannot open one of them again: docs/protocol.md §5. */
export class Tombstones {
  /** Id to the moment from which it may be forgotten; all are kept equally long, so the oldest comes first. */
  readonly #until = new Map<string, Millis>();
  readonly #keptMs: Millis;

  constructor(keptMs: Millis) {
    this.#keptMs = keptMs;
  }

  get size(): number {
    return this.#until.size;
  }

  /** When the oldest may be forgotten; `Infinity` if there is none. */
  get nextExpiry(): Millis {
    for (const until of this.#until.values()) return until;
    return Infinity;
  }

  has(id: string): boolean {
    return this.#until.has(id);
  }

  add(id: string, now: Millis): void {
    this.#until.delete(id);
    this.#until.set(id, now + this.#keptMs);
  }

  expire(now: Millis): void {
    for (const [id, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(id);
    }
  }
}
