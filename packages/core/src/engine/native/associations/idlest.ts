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

/**
 * Finds the association that is needed least. It looks at a few of them, and goes on there the next time: an exact order
 * would cost something with every packet, and is asked for only when there is no room left.
 */
export class Idlest<A extends Evictable> {
  readonly #all: () => Iterable<A>;
  #place: Iterator<A>;

  constructor(all: () => Iterable<A>) {
    this.#all = all;
    this.#place = all()[Symbol.iterator]();
  }

  /** The one that has been quiet longest, strangers first; undefined if all of those looked at are in use. */
  find(now: Millis): A | undefined {
    let idlest: A | undefined;
    let looked = 0;
    for (const candidate of this.#next()) {
      looked += 1;
      if (idlest !== undefined && looked > EVICTION_CANDIDATES) break;
      if (candidate.busy || !(candidate.surplus || candidate.lastHeardAt <= now - EVICTION_QUIET_MS_MIN)) continue;
      if (idlest === undefined || isIdler(candidate, idlest)) idlest = candidate;
    }
    return idlest;
  }

  /** Those that come next, once round at most. */
  *#next(): Iterable<A> {
    let restarted = false;
    for (let looked = 0; looked < EVICTION_CANDIDATES_MAX; looked += 1) {
      const next = this.#place.next();
      if (next.done !== true) yield next.value;
      else if (restarted) return;
      else {
        restarted = true;
        this.#place = this.#all()[Symbol.iterator]();
      }
    }
  }
}

function isIdler(one: Evictable, other: Evictable): boolean {
  const [first, second] = [one.unproven || one.surplus, other.unproven || other.surplus];
  return first === second ? one.lastHeardAt < other.lastHeardAt : first;
}
