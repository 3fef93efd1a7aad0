import { compareDistance, sameId, type NodeId } from '../ids/node-id.js';
import { ANSWER_CONTACTS_MAX, BUCKET_CONTACTS, CALL_MS_MIN, LOOKUP_CALLS, LOOKUP_CALLS_MAX } from '../limits.js';
import type { Contact } from '../table/contact.js';
import { SearchPath, type Candidate } from './search-path.js';

/** How a {@link Lookup} searches. */
export interface LookupOptions {
  readonly target: NodeId;
  /** Who looks: neither asked nor found. */
  readonly own: NodeId;
  /** Whom to begin with: the nearest that are known. */
  readonly seeds: readonly Contact[];
  /** How many it ends with. Default: 20. */
  readonly k?: number;
  /** How many calls are on their way at once, slow ones not counted. Default: 6. */
  readonly alpha?: number;
  /** How many paths that share no contact. Default: 1. */
  readonly paths?: number;
  /** Whether calls that are slow are sent again: on a wire that does not do so itself. */
  readonly resends: boolean;
  /** How long an answer of a contact may take before the call counts as slow, in milliseconds. */
  readonly patienceMs: (contact: Contact) => number;
  /** Whether a contact has answered before, and always since: it is more likely slow than dead. Default: none has. */
  readonly trusts?: (contact: Contact) => boolean;
}

/** A call that a lookup wants to be made. */
export interface LookupCall {
  readonly contact: Contact;
  /** Whether the same call was made before, and is slow. */
  readonly again: boolean;
}

/** How much longer a slow call is waited for, in its patience. */
const SLOW_PATIENCES = 2;

/** How long a call to a trusted contact is waited for altogether, in its patience, and how long after that was made for the last time. */
const TRUSTED_PATIENCES = 8;
const LAST_PATIENCES = TRUSTED_PATIENCES - SLOW_PATIENCES - 1;

interface Held {
  readonly path: SearchPath;
  readonly candidate: Candidate;
}

/**
 * The search for the k nodes nearest to a target, without rounds: as soon as one call has ended or is slow, the next is made. It has come
 * to its end when the k nearest that it heard of, dead ones and those set aside left out, have all answered. Tell it what
 * happened, then take the calls that it wants.
 *
 * Nothing that an answer says can keep it going: it makes a bounded number of calls, remembers a bounded number of contacts, and asks
 * nobody twice, by id or by address, but for one resend, and one more to whom it trusts.
 */
export class Lookup {
  readonly target: NodeId;
  readonly #options: LookupOptions;
  readonly #k: number;
  readonly #paths: readonly SearchPath[];
  readonly #alpha: number;
  readonly #held = new Map<string, Held>();
  /** A node has one id, so one address is asked once, whatever ids it is named by. */
  readonly #addresses = new Set<string>();
  #calls = 0;
  #stopped = false;

  constructor(options: LookupOptions) {
    const { target, seeds, k = BUCKET_CONTACTS, alpha = LOOKUP_CALLS, paths = 1 } = options;
    this.target = target;
    this.#options = options;
    this.#k = k;
    this.#paths = Array.from({ length: paths }, () => new SearchPath(target, k));
    this.#alpha = Math.max(1, Math.floor(alpha / paths));
    const sorted = [...seeds].sort((a, b) => compareDistance(target, a.id, b.id));
    for (const [index, seed] of sorted.entries()) this.#hear(seed, this.#paths[index % paths]!, 1);
  }

  /** Whether it has come to its end. Answers that come later change nothing. */
  get done(): boolean {
    return this.#stopped || this.#paths.every((path) => path.done || (this.#exhausted && !isWaiting(path)));
  }

  get #exhausted(): boolean {
    return this.#calls >= LOOKUP_CALLS_MAX;
  }

  /** How many calls it has made, resends included. */
  get calls(): number {
    return this.#calls;
  }

  /** Ends it: what was looked for has been found. */
  stop(): void {
    this.#stopped = true;
  }

  /** The calls that are wanted now. Each counts as made. */
  takeCalls(now: number): LookupCall[] {
    const calls: LookupCall[] = [];
    if (this.done) return calls;
    for (const path of this.#paths) {
      this.#passTime(path, now, calls);
      this.#askMore(path, now, calls);
    }
    return calls;
  }

  /** When to take calls next, though nothing has happened. */
  get nextWake(): number {
    let next = Infinity;
    if (this.done) return next;
    for (const path of this.#paths) {
      for (const { state, dueAt } of path.candidates)
        if ((state === 'asked' || state === 'slow') && dueAt < next) next = dueAt;
    }
    return next;
  }

  /** A contact has answered, and named others that are nearer. Gives those that were not known to the lookup. */
  answered(contact: Contact, closer: readonly Contact[]): Contact[] {
    const held = this.#held.get(contact.key);
    if (held?.candidate.contact !== contact || this.done) return [];
    const { path, candidate } = held;
    candidate.state = 'live';
    candidate.calls = 0;
    return closer.slice(0, ANSWER_CONTACTS_MAX).filter((named) => this.#hear(named, path, candidate.hop + 1));
  }

  /** A call to a contact has ended without an answer. */
  silent(contact: Contact): void {
    const candidate = this.#held.get(contact.key)?.candidate;
    if (candidate?.contact !== contact || candidate.calls === 0) return;
    candidate.calls -= 1;
    if (candidate.calls > 0) return;
    // Who could not even be called is not called again.
    candidate.state = 'dead';
  }

  /** The nearest that have answered, nearest first, at most k: at the end, what was looked for. */
  get closest(): Contact[] {
    return this.#live().map(({ contact }) => contact);
  }

  /** How many nodes were asked one after the other until the nearest was asked; 0 if nobody has answered. */
  get hops(): number {
    return this.#live()[0]?.hop ?? 0;
  }

  #live(): Candidate[] {
    const live = this.#paths.flatMap((path) => path.candidates.filter(({ state }) => state === 'live'));
    live.sort((a, b) => compareDistance(this.target, a.contact.id, b.contact.id));
    return live.slice(0, this.#k);
  }

  #hear(contact: Contact, path: SearchPath, hop: number): boolean {
    const { id, key, address } = contact;
    if (this.#held.has(key) || this.#addresses.has(address) || sameId(id, this.#options.own)) return false;
    const candidate = path.add(contact, hop);
    this.#addresses.add(address);
    this.#held.set(key, { path, candidate });
    const surplus = path.takeSurplus();
    if (surplus === undefined) return true;
    this.#addresses.delete(surplus.contact.address);
    this.#held.delete(surplus.contact.key);
    return surplus !== candidate;
  }

  #passTime(path: SearchPath, now: number, calls: LookupCall[]): void {
    for (const candidate of path.candidates) {
      if (candidate.dueAt > now) continue;
      if (candidate.state === 'asked') this.#isSlow(candidate, now, calls);
      else if (candidate.state === 'slow') this.#isLate(candidate, now, calls);
    }
  }

  #isSlow(candidate: Candidate, now: number, calls: LookupCall[]): void {
    candidate.state = 'slow';
    candidate.dueAt = now + SLOW_PATIENCES * this.#options.patienceMs(candidate.contact);
    if (!this.#options.resends || this.#exhausted) return;
    this.#count(candidate, true, calls);
  }

  /** Whoever has always answered is waited for still, once: a busy process is not a dead one. */
  #isLate(candidate: Candidate, now: number, calls: LookupCall[]): void {
    const { contact } = candidate;
    const { trusts, patienceMs, resends } = this.#options;
    if (candidate.late || trusts?.(contact) !== true) {
      candidate.state = 'aside';
      return;
    }
    candidate.late = true;
    const patience = patienceMs(contact);
    candidate.dueAt = now + Math.max(LAST_PATIENCES * patience, CALL_MS_MIN - (1 + SLOW_PATIENCES) * patience);
    if (resends && !this.#exhausted) this.#count(candidate, true, calls);
  }

  #askMore(path: SearchPath, now: number, calls: LookupCall[]): void {
    for (let underway = path.underway; underway < this.#alpha && !this.#exhausted; underway += 1) {
      const candidate = path.next();
      if (candidate === undefined) return;
      candidate.state = 'asked';
      candidate.dueAt = now + this.#options.patienceMs(candidate.contact);
      this.#count(candidate, false, calls);
    }
  }

  #count(candidate: Candidate, again: boolean, calls: LookupCall[]): void {
    this.#calls += 1;
    candidate.calls += 1;
    calls.push({ contact: candidate.contact, again });
  }
}

/** Whether an answer is still waited for. */
function isWaiting(path: SearchPath): boolean {
  return path.candidates.some(({ state }) => state === 'asked' || state === 'slow');
}
