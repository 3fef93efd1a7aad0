import { JITTER_SHARE, REFRESH_MS, REPUBLISHED_MAX, REPUBLISH_MS } from '../limits.js';

/** A number from 0 up to, not including, 1. */
export type Chance = () => number;

/** How often a {@link Maintenance} does what. */
export interface MaintenanceOptions {
  /** How often every bucket is looked into, in milliseconds. Default: an hour. */
  readonly refreshMs?: number;
  /** How often records are republished by one of their holders, in milliseconds. Default: an hour. */
  readonly republishMs?: number;
}

/** What is to be done. */
export interface DueWork {
  /** Buckets that were not looked into since this moment are to be; undefined if it is too early for that. */
  readonly refreshSince: number | undefined;
  /** Names of records to republish. */
  readonly republish: string[];
}

/**
 * When a node does what keeps the network whole: looks into its buckets, and gives records to nodes that have come nearer to them. Each
 * time is drawn anew around its interval, so that nodes do not act together; and a node that sees another holder republish
 * a record leaves it be for an interval, since that has gone to all k.
 */
export class Maintenance {
  readonly #refreshMs: number;
  readonly #republishMs: number;
  readonly #chance: Chance;
  readonly #republishAt = new Map<string, number>();
  #refreshAt: number;

  constructor({ refreshMs = REFRESH_MS, republishMs = REPUBLISH_MS }: MaintenanceOptions, now: number, chance: Chance) {
    this.#refreshMs = refreshMs;
    this.#republishMs = republishMs;
    this.#chance = chance;
    this.#refreshAt = now + this.#around(refreshMs);
  }

  /** A record was stored here, by its publisher or by a holder: the k nearest have it now. */
  stored(name: string, now: number): void {
    this.#republishAt.delete(name);
    if (this.#republishAt.size >= REPUBLISHED_MAX) this.#republishAt.delete(this.#republishAt.keys().next().value!);
    this.#republishAt.set(name, now + this.#around(this.#republishMs));
  }

  /** A record is not held any more. */
  forgotten(name: string): void {
    this.#republishAt.delete(name);
  }

  /** When something is to be done next. */
  get nextWake(): number {
    let next = this.#refreshAt;
    for (const at of this.#republishAt.values()) if (at < next) next = at;
    return next;
  }

  /** What is to be done now. It counts as done. */
  takeDue(now: number): DueWork {
    const republish: string[] = [];
    for (const [name, at] of this.#republishAt) if (at <= now) republish.push(name);
    for (const name of republish) this.stored(name, now);
    if (now < this.#refreshAt) return { refreshSince: undefined, republish };
    this.#refreshAt = now + this.#around(this.#refreshMs);
    return { refreshSince: now - this.#refreshMs * (1 - JITTER_SHARE), republish };
  }

  /** An interval, give or take. */
  #around(ms: number): number {
    return ms * (1 + JITTER_SHARE * (2 * this.#chance() - 1));
  }
}
