import { compareDistance, type NodeId } from '../ids/node-id.js';
import { LOOKUP_CONTACTS_MAX } from '../limits.js';
import type { Contact } from '../table/contact.js';

/**
 * Where a lookup stands with a contact. `heard`: named, not asked. `asked`: it counts for α. `slow`: later than expected, does not
 * count for α, but the lookup still waits. `aside`: nobody waits for it, but its answer counts if it comes. `live`: it has
 * answered. `dead`: it will not.
 */
export type CandidateState = 'heard' | 'asked' | 'slow' | 'aside' | 'live' | 'dead';

/** A contact that a lookup has heard of. */
export interface Candidate {
  readonly contact: Contact;
  /** How many nodes were asked one after the other until it was named; 1 for those that were known before. */
  readonly hop: number;
  state: CandidateState;
  /** Whether it was slow for so long that only its good name keeps it from being set aside. */
  late: boolean;
  /** Calls to it that can still be answered. */
  calls: number;
  /** When its state changes unless it answers. */
  dueAt: number;
}

/** One path of a lookup: what it has heard of, nearest first. It never shares a contact with another path. */
export class SearchPath {
  readonly #target: NodeId;
  readonly #k: number;
  readonly #candidates: Candidate[] = [];

  constructor(target: NodeId, k: number) {
    this.#target = target;
    this.#k = k;
  }

  /** Nearest first. */
  get candidates(): readonly Candidate[] {
    return this.#candidates;
  }

  /** Takes a contact in. */
  add(contact: Contact, hop: number): Candidate {
    const candidate: Candidate = { contact, hop, state: 'heard', late: false, calls: 0, dueAt: Infinity };
    this.#candidates.splice(this.#indexFor(contact.id), 0, candidate);
    return candidate;
  }

  /**
   * Forgets the farthest that was not asked if there are too many, and gives it. There is always one, for a lookup makes fewer
   * calls than a path remembers contacts.
   */
  takeSurplus(): Candidate | undefined {
    if (this.#candidates.length <= LOOKUP_CONTACTS_MAX) return undefined;
    const at = this.#candidates.findLastIndex(({ state }) => state === 'heard');
    return this.#candidates.splice(at, 1)[0];
  }

  /**
   * The next to ask: the nearest that was not asked yet, if fewer than k who are nearer have answered or may soon. Slow ones do not
   * count, so that others have been asked by the time that they are set aside.
   */
  next(): Candidate | undefined {
    let count = 0;
    for (const candidate of this.#candidates) {
      if (candidate.state === 'heard') return candidate;
      if (candidate.state === 'live' || candidate.state === 'asked') count += 1;
      if (count === this.#k) return undefined;
    }
    return undefined;
  }

  /** How many calls count for α. */
  get underway(): number {
    return this.#count('asked');
  }

  /**
   * Whether it has come to its end: the k nearest that are neither dead nor aside have answered. If nobody has, those who are aside are
   * waited for: a network may be slower than anybody thought.
   */
  get done(): boolean {
    let live = 0;
    for (const { state } of this.#candidates) {
      if (state === 'dead' || state === 'aside') continue;
      if (state !== 'live') return false;
      live += 1;
      if (live === this.#k) return true;
    }
    return live > 0 || this.#count('aside') === 0;
  }

  #count(state: CandidateState): number {
    let count = 0;
    for (const candidate of this.#candidates) if (candidate.state === state) count += 1;
    return count;
  }

  #indexFor(id: NodeId): number {
    let low = 0;
    let high = this.#candidates.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareDistance(this.#target, this.#candidates[middle]!.contact.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
