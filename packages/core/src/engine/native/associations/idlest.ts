import { EVICTION_CANDIDATES, EVICTION_CANDIDATES_MAX, EVICTION_QUIET_MS_MIN } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** What an association tells of how much it is needed. */
export interface Evictable {
  /** Whether the other side has not proved its address. */
  readonly unproven: boolean;
  /** Whether it is one too many of its source. */
  readonly surplus: boolean;
  /** Whether calls are under way, of either side. */
  readonly busy: boolean;
  /** When something was heard of the other side last. */
  readonly lastHeardAt: Millis;
}

/** Associations in a row. */
export interface Row<A> {
  /** From the first on. */
  values(): Iterable<A>;
  /** One becomes the last of the row. */
  putLast(one: A): void;
}

/**
 * Finds the association that is needed least. It looks at the first few of a row, which become the last: an exact order
 * would cost something with every packet, and is asked for only when there is no room left. It keeps no place in the row,
 * for an iterator keeps all that a map has ever had.
 */
export class Idlest<A extends Evictable> {
  readonly #row: Row<A>;

  constructor(row: Row<A>) {
    this.#row = row;
  }

  /** The one that has been quiet longest, strangers first; undefined if all of those looked at are in use. */
  find(now: Millis): A | undefined {
    let idlest: A | undefined;
    const looked: A[] = [];
    for (const candidate of this.#row.values()) {
      looked.push(candidate);
      if (isInNoUse(candidate, now) && (idlest === undefined || isIdler(candidate, idlest))) idlest = candidate;
      if (looked.length >= (idlest === undefined ? EVICTION_CANDIDATES_MAX : EVICTION_CANDIDATES)) break;
    }
    for (const one of looked) this.#row.putLast(one);
    return idlest;
  }
}

function isInNoUse({ busy, surplus, lastHeardAt }: Evictable, now: Millis): boolean {
  return !busy && (surplus || lastHeardAt <= now - EVICTION_QUIET_MS_MIN);
}

function isIdler(one: Evictable, other: Evictable): boolean {
  const [first, second] = [one.unproven || one.surplus, other.unproven || other.surplus];
  return first === second ? one.lastHeardAt < other.lastHeardAt : first;
}
