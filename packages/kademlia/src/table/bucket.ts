import type { NodeId } from '../ids/node-id.js';
import type { Contact } from './contact.js';

/** A contact of the table, and what is known of it. */
export interface Entry {
  contact: Contact;
  /** When it answered last. */
  answeredAt: number;
  /** How often it has been silent since. Above 0, it is suspect. */
  silences: number;
  /** When to ask it again, while it is suspect. */
  retryAt: number;
  /** Who has answered by its id at another address: takes the entry as soon as this one is silent. */
  claimant: Contact | undefined;
}

/** Ids that have a prefix in common, and those of them that are known. A leaf of the table's tree. */
export interface Bucket {
  readonly kind: 'bucket';
  /** An id with the prefix. */
  readonly prefix: NodeId;
  /** How many bits of it count. */
  readonly bits: number;
  /** Whether the table's own id has the prefix. */
  readonly holdsOwn: boolean;
  readonly entries: Entry[];
  /** Contacts that answered when there was no room for them, the newest last. */
  readonly spares: Contact[];
  /** When it was looked into last. */
  lookedIntoAt: number;
}

/** Where a bucket was split. */
export interface Branch {
  readonly kind: 'branch';
  /** The index of the bit that decides. */
  readonly bit: number;
  readonly sides: [Tree, Tree];
}

/** Buckets by prefix. */
export type Tree = Branch | Bucket;

/** A bucket without contacts. */
export function emptyBucket(range: Pick<Bucket, 'prefix' | 'bits' | 'holdsOwn' | 'lookedIntoAt'>): Bucket {
  return { kind: 'bucket', ...range, entries: [], spares: [] };
}

/** An entry for a contact that has just answered. */
export function entryOf(contact: Contact, now: number): Entry {
  return { contact, answeredAt: now, silences: 0, retryAt: 0, claimant: undefined };
}

/** The entry that a spare may take: the one that has been silent most often, the longest quiet of several. */
export function worstSuspect(bucket: Bucket): Entry | undefined {
  let worst: Entry | undefined;
  for (const entry of bucket.entries) {
    if (entry.silences === 0) continue;
    if (worst === undefined || isWorse(entry, worst)) worst = entry;
  }
  return worst;
}

function isWorse(a: Entry, b: Entry): boolean {
  return a.silences > b.silences || (a.silences === b.silences && a.answeredAt < b.answeredAt);
}

/** The entry that has not answered for the longest time. */
export function longestQuiet(bucket: Bucket): Entry | undefined {
  let longest: Entry | undefined;
  for (const entry of bucket.entries)
    if (longest === undefined || entry.answeredAt < longest.answeredAt) longest = entry;
  return longest;
}

/** Makes a contact the newest spare. */
export function keepSpare(bucket: Bucket, contact: Contact, sparesMax: number): void {
  forgetSpare(bucket, contact);
  bucket.spares.push(contact);
  if (bucket.spares.length > sparesMax) bucket.spares.shift();
}

/** Takes a contact out of the spares: by its id, and by its address, where nobody else can be. */
export function forgetSpare(bucket: Bucket, { key, address }: Contact): void {
  for (let at = bucket.spares.length - 1; at >= 0; at -= 1) {
    const spare = bucket.spares[at]!;
    if (spare.key === key || spare.address === address) bucket.spares.splice(at, 1);
  }
}
