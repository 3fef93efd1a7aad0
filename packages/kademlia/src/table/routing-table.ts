import { ID_BITS, randomIdWithPrefix, sameId, type NodeId, type RandomBytes } from '../ids/node-id.js';
import { BUCKET_CONTACTS, QUIET_MS, SILENCES_MAX, SUSPECT_RETRY_MS, SUSPECT_RETRY_MS_MAX } from '../limits.js';
import {
  emptyBucket,
  entryOf,
  forgetSpare,
  keepSpare,
  longestQuiet,
  worstSuspect,
  type Bucket,
  type Entry,
  type Tree,
} from './bucket.js';
import type { Contact } from './contact.js';
import { bucketOf, bucketsOf, closestIn, split } from './tree.js';

/** How a {@link RoutingTable} is cut. */
export interface RoutingTableOptions {
  /** The id of the node that the table is for. It is never in it. */
  readonly own: NodeId;
  /** Contacts of a bucket. Default: 20. */
  readonly k?: number;
  /** Spare contacts of a bucket. Default: as many as contacts. */
  readonly sparesMax?: number;
  /**
   * The b of the paper: buckets far from the own id are split, too, unless that many bits or a multiple of them lie before. More
   * bits are more contacts and fewer hops. Default: 1, which splits around the own id alone.
   */
  readonly bitsPerHop?: number;
}

/** What became of a contact that answered. */
export interface Answered {
  /**
   * `known`: it was there. `added`: it is there now. `replaced`: it took the entry of `evicted`. `moved`: its id is known at this
   * address now. `spare`: its bucket is full. `refused`: it is the own id, or contradicts what was proven.
   */
  readonly change: 'known' | 'added' | 'replaced' | 'moved' | 'spare' | 'refused';
  /** Who is no longer in the table. */
  readonly evicted?: Contact | undefined;
  /** Whom to ask whether it is still there. */
  readonly check?: Contact | undefined;
}

/** What became of a contact that was silent. */
export interface Silenced {
  /** Who is no longer in the table. */
  readonly evicted?: Contact | undefined;
  /** Whom to ask whether it is there, for it might take the entry. */
  readonly check?: Contact | undefined;
}

const NOTHING: Silenced = Object.freeze({});

/**
 * The contacts that a node knows: buckets of k, split where the own id is. Contacts are there because they answered. One that is silent
 * becomes suspect: it is named to nobody any more, and a spare takes its entry as soon as that has answered. If there is no
 * spare it stays, and is asked again now and then, so that two halves of a network find each other after a partition.
 */
export class RoutingTable {
  readonly own: NodeId;
  readonly k: number;
  readonly #sparesMax: number;
  readonly #bitsPerHop: number;
  readonly #entries = new Map<string, Entry>();
  /** Nobody is at the address of another. */
  readonly #byAddress = new Map<string, Entry>();
  #root: Tree;

  constructor({ own, k = BUCKET_CONTACTS, sparesMax = k, bitsPerHop = 1 }: RoutingTableOptions) {
    this.own = own;
    this.k = k;
    this.#sparesMax = sparesMax;
    this.#bitsPerHop = bitsPerHop;
    this.#root = emptyBucket({ prefix: own, bits: 0, holdsOwn: true, lookedIntoAt: 0 });
  }

  /** How many contacts there are, suspects included. */
  get size(): number {
    return this.#entries.size;
  }

  /** All contacts, suspects included. */
  *contacts(): Generator<Contact> {
    for (const { contact } of this.#entries.values()) yield contact;
  }

  /** The contact with an id, by its text. */
  get(key: string): Contact | undefined {
    return this.#entries.get(key)?.contact;
  }

  /** Whether a contact is known at this very address, and not suspect. */
  trusts({ key, address }: Contact): boolean {
    const entry = this.#entries.get(key);
    return entry?.contact.address === address && entry.silences === 0;
  }

  /** How many contacts are suspect. */
  get suspects(): number {
    let count = 0;
    for (const { silences } of this.#entries.values()) if (silences > 0) count += 1;
    return count;
  }

  /**
   * The contacts nearest to a target that are not suspect, nearest first: exactly those of all that are known.
   *
   * @param but Leaves these out.
   */
  closest(target: NodeId, count: number, but?: (contact: Contact) => boolean): Contact[] {
    return closestIn(this.#root, target, count, ({ silences, contact }) => silences === 0 && but?.(contact) !== true);
  }

  /** As {@link closest}, with suspects: for those who would rather ask in vain than ask nobody. */
  closestOfAll(target: NodeId, count: number): Contact[] {
    return closestIn(this.#root, target, count, () => true);
  }

  /** Whether the table would gain by a contact of which nothing is known but that it asked: whether to ask it back. */
  wants(contact: Contact): boolean {
    if (sameId(contact.id, this.own)) return false;
    const entry = this.#entries.get(contact.key);
    if (entry !== undefined) return entry.contact.address !== contact.address || entry.silences > 0;
    if (this.#byAddress.has(contact.address)) return true;
    const bucket = bucketOf(this.#root, contact.id);
    return bucket.entries.length < this.k || this.#maySplit(bucket) || bucket.entries.some((each) => each.silences > 0);
  }

  /**
   * A contact has answered.
   *
   * @param proven Whether it told its id in the answer. If not, it may be another one, named wrongly by somebody: it takes no
   * entry from anybody then.
   */
  answered(contact: Contact, now: number, proven = true): Answered {
    if (sameId(contact.id, this.own)) return { change: 'refused' };
    const entry = this.#entries.get(contact.key);
    if (entry !== undefined) return this.#answeredAgain(entry, contact, now, proven);
    const there = this.#byAddress.get(contact.address);
    if (there === undefined) return this.#newcomer(contact, now);
    if (!proven) return { change: 'refused' };
    // Whoever was there has another id now: a restart without its state.
    const evicted = there.contact;
    this.#remove(there);
    return { ...this.#newcomer(contact, now), evicted };
  }

  #answeredAgain(entry: Entry, contact: Contact, now: number, proven: boolean): Answered {
    if (entry.contact.address === contact.address) {
      entry.answeredAt = now;
      entry.silences = 0;
      entry.claimant = undefined;
      return { change: 'known' };
    }
    // At another address than before. It keeps the old one as long as that answers, so that nobody can move it.
    if (!proven || this.#byAddress.has(contact.address)) return { change: 'refused', check: entry.contact };
    entry.claimant = contact;
    if (entry.silences === 0) return { change: 'refused', check: entry.contact };
    this.#move(entry, contact, now);
    return { change: 'moved' };
  }

  #newcomer(contact: Contact, now: number): Answered {
    let bucket = bucketOf(this.#root, contact.id);
    while (bucket.entries.length >= this.k && this.#maySplit(bucket)) {
      this.#root = split(this.#root, bucket, this.own);
      bucket = bucketOf(this.#root, contact.id);
    }
    forgetSpare(bucket, contact);
    if (bucket.entries.length < this.k) {
      this.#add(bucket, contact, now);
      return { change: 'added' };
    }
    const suspect = worstSuspect(bucket);
    if (suspect !== undefined) {
      this.#remove(suspect);
      this.#add(bucket, contact, now);
      return { change: 'replaced', evicted: suspect.contact };
    }
    keepSpare(bucket, contact, this.#sparesMax);
    // Long-lived contacts are the likeliest to stay: they are asked before a newcomer is preferred.
    const quiet = longestQuiet(bucket)!;
    return now - quiet.answeredAt < QUIET_MS ? { change: 'spare' } : { change: 'spare', check: quiet.contact };
  }

  /** A contact did not answer. Says who might take its entry. */
  silent(contact: Contact, now: number): Silenced {
    const entry = this.#entries.get(contact.key);
    if (entry?.contact.address !== contact.address) {
      forgetSpare(bucketOf(this.#root, contact.id), contact);
      return NOTHING;
    }
    entry.silences += 1;
    entry.retryAt = now + Math.min(SUSPECT_RETRY_MS * 2 ** (entry.silences - 1), SUSPECT_RETRY_MS_MAX);
    const { claimant } = entry;
    if (claimant === undefined || this.#byAddress.has(claimant.address)) return this.#fillIn(entry, now);
    this.#move(entry, claimant, now);
    return { evicted: contact };
  }

  #fillIn(entry: Entry, now: number): Silenced {
    const bucket = bucketOf(this.#root, entry.contact.id);
    const spare = this.#newestSpare(bucket);
    if (spare === undefined || entry.silences < SILENCES_MAX) return { check: spare };
    bucket.spares.pop();
    this.#remove(entry);
    this.#add(bucket, spare, now);
    // It has answered once, but not lately.
    return { evicted: entry.contact, check: spare };
  }

  #newestSpare({ spares }: Bucket): Contact | undefined {
    // At the address of a spare there may be somebody else by now.
    while (spares.length > 0 && this.#byAddress.has(spares.at(-1)!.address)) spares.pop();
    return spares.at(-1);
  }

  /** Suspects that are due to be asked again. Each is due later from now on. */
  takeSuspectsDue(now: number): Contact[] {
    const due: Contact[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.silences === 0 || entry.retryAt > now) continue;
      entry.retryAt = now + SUSPECT_RETRY_MS_MAX;
      due.push(entry.contact);
    }
    return due;
  }

  /** Takes a contact out that has said that it leaves. */
  remove(contact: Contact): void {
    const entry = this.#entries.get(contact.key);
    if (entry?.contact.address === contact.address) this.#remove(entry);
    forgetSpare(bucketOf(this.#root, contact.id), contact);
  }

  /** A lookup for a target has been made, so its bucket need not be looked into for a while. */
  lookedFor(target: NodeId, now: number): void {
    bucketOf(this.#root, target).lookedIntoAt = now;
  }

  /** An id in each bucket that was not looked into since a moment. Each counts as looked into from now on. */
  takeStale(since: number, now: number, random: RandomBytes): NodeId[] {
    const stale = bucketsOf(this.#root).filter(({ lookedIntoAt }) => lookedIntoAt <= since);
    for (const bucket of stale) bucket.lookedIntoAt = now;
    return stale.map(({ prefix, bits }) => randomIdWithPrefix(prefix, bits, random));
  }

  /** How many contacts and spares each bucket has, and how many bits its ids have in common. */
  describe(): { readonly bits: number; readonly contacts: number; readonly spares: number }[] {
    return bucketsOf(this.#root).map(({ bits, entries, spares }) => ({
      bits,
      contacts: entries.length,
      spares: spares.length,
    }));
  }

  #maySplit({ bits, holdsOwn }: Bucket): boolean {
    return bits < ID_BITS && (holdsOwn || bits % this.#bitsPerHop !== 0);
  }

  #add(bucket: Bucket, contact: Contact, now: number): void {
    const entry = entryOf(contact, now);
    bucket.entries.push(entry);
    this.#entries.set(contact.key, entry);
    this.#byAddress.set(contact.address, entry);
  }

  #remove(entry: Entry): void {
    const { entries } = bucketOf(this.#root, entry.contact.id);
    entries.splice(entries.indexOf(entry), 1);
    this.#entries.delete(entry.contact.key);
    this.#byAddress.delete(entry.contact.address);
  }

  #move(entry: Entry, contact: Contact, now: number): void {
    this.#byAddress.delete(entry.contact.address);
    this.#byAddress.set(contact.address, entry);
    entry.contact = contact;
    entry.answeredAt = now;
    entry.silences = 0;
    entry.claimant = undefined;
  }
}
