import { RpcError } from '@rpcudp/core';
import { compareDistance, idText, type NodeId } from '../ids/node-id.js';
import { RECORD_MS_MAX } from '../limits.js';
import type { Contact } from '../table/contact.js';
import {
  isGenuine,
  recordKey,
  sameRecord,
  type KademliaRecord,
  type RecordKind,
  type Scalar,
  type SignedRecord,
} from '../records/record.js';
import type { HeldRecord, StoreOutcome } from '../records/record-store.js';
import type { CarriedRecord, Put } from '../wire/native-messages.js';
import type { Found } from './found.js';
import type { Holdings } from './holdings.js';
import type { LookupRun } from './lookup-run.js';
import type { Overlay } from './overlay.js';
import type { KademliaPorts } from './ports.js';
import { Votes } from './votes.js';
import type { FindAnswer } from './wire-calls.js';

/** What became of a record that was given to the network. */
export interface PutResult {
  /** Whether anybody holds it now, this node included. */
  readonly stored: boolean;
  /** Who has said that it does, nearest first; this node is none of them. */
  readonly holders: readonly Contact[];
  /** How often which other answer came. `older` or `conflict` say that there is another record. */
  readonly refusals: Readonly<Partial<Record<StoreOutcome, number>>>;
}

/** What a {@link Publisher} is made of. */
export interface PublisherOptions {
  readonly own: NodeId;
  readonly k: number;
  /** How many paths its lookups take. */
  readonly paths: number;
  readonly holdings: Holdings;
  readonly ports: KademliaPorts;
  /** Whether the node holds nothing for others. */
  readonly client: boolean;
  readonly isWanted: (record: SignedRecord) => boolean;
  readonly isBetter: (record: SignedRecord, than: SignedRecord) => boolean;
}

/** Who brings what this node stores at itself. */
const SELF = 'this node';

const HELD: readonly (StoreOutcome | undefined)[] = ['stored', 'renewed', 'unchanged'];

/** Gives records to the k nodes nearest to their keys, and finds them there. */
export class Publisher {
  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Gives a record to the k nearest, and to this node if it is one of them. */
  async put(
    overlay: Overlay,
    put: CarriedRecord & { readonly cas?: number | undefined },
    signal?: AbortSignal,
  ): Promise<PutResult> {
    const { record } = put;
    const key = recordKey(record);
    const run = overlay.find(key, { want: 'nodes', paths: this.#options.paths, signal });
    await run.ended;
    return this.#giveTo(run.lookup.closest, overlay, put, run);
  }

  /** Says to the k nearest that this node provides something. */
  async provide(overlay: Overlay, key: NodeId, signal?: AbortSignal): Promise<PutResult> {
    const run = overlay.find(key, { paths: this.#options.paths, signal });
    await run.ended;
    return this.#offerTo(run.lookup.closest, overlay, { id: this.#options.own, provide: key }, run);
  }

  /**
   * Looks for a scalar: what as many holders as `quorum` says agree on, else what most of all of them say, the nearest first
   * of several.
   */
  async getScalar(overlay: Overlay, key: NodeId, quorum: number, signal?: AbortSignal): Promise<Found<Scalar>> {
    const votes = new Votes(key);
    const own = this.#options.holdings.held('scalar', key)?.record;
    if (own?.kind === 'scalar') votes.add(own.value, undefined);
    const { paths } = this.#options;
    if (!votes.agreed(quorum)) await overlay.find(key, { want: 'scalar', paths, signal, onAnswer: count }).ended;
    return votes.result;

    function count(contact: Contact, { found }: FindAnswer): boolean {
      const record = found?.record;
      if (record?.kind === 'scalar' && idText(record.key) === idText(key)) votes.add(record.value, contact);
      return votes.agreed(quorum);
    }
  }

  /**
   * Looks for a record that proves itself. The first immutable one is the right one; of signed ones the newest of all k is, and those that
   * have an older one are given it.
   */
  async find(
    overlay: Overlay,
    kind: Exclude<RecordKind, 'scalar'>,
    key: NodeId,
    signal?: AbortSignal,
  ): Promise<Found<KademliaRecord>> {
    const own = this.#options.holdings.carried(kind, key);
    let [best, from]: [CarriedRecord | undefined, Contact[]] = [own, []];
    const onAnswer = (contact: Contact, { found }: FindAnswer): boolean => {
      if (found?.record.kind !== kind || !this.#isRight(found.record, key)) return false;
      if (best === undefined || this.#replaces(found.record, best.record)) [best, from] = [found, [contact]];
      else if (sameRecord(found.record, best.record)) from.push(contact);
      return kind === 'immutable';
    };
    if (kind === 'immutable' && own !== undefined) return { found: true, value: own.record, from };
    const run = overlay.find(key, { want: kind, paths: this.#options.paths, onAnswer, signal });
    await run.ended;
    if (best === undefined) return { found: false };
    if (kind === 'signed') void this.#correct(overlay, best, run);
    return { found: true, value: best.record, from };
  }

  /** Gives a record that is held to those of the k nearest who do not have it; to nobody if it is aborted before they are found. */
  async republish(overlay: Overlay, held: HeldRecord, signal?: AbortSignal): Promise<void> {
    const { kind } = held.record;
    const carried = this.#options.holdings.carry(held);
    if (carried.ttlMs === 0) return;
    const run = overlay.find(held.key, {
      want: overlay.wire === 'native' ? kind : 'nodes',
      paths: this.#options.paths,
      signal,
    });
    await run.ended;
    if (signal?.aborted !== true) await this.#correct(overlay, carried, run);
  }

  /** Gives a record that is held to one contact, unless that has it. Whether the contact has answered. */
  async handTo(contact: Contact, overlay: Overlay, held: HeldRecord): Promise<boolean> {
    const carried = this.#options.holdings.carry(held);
    if (carried.ttlMs === 0) return true;
    if (overlay.wire === 'rpcudp') return (await overlay.put(contact, carried, undefined)) !== undefined;
    const answer = await overlay.ask(contact, held.key, held.record.kind);
    if (answer === undefined) return false;
    const theirs = answer.found?.record;
    if (theirs !== undefined && !this.#replaces(held.record, theirs)) return true;
    return (await overlay.put(contact, carried, answer.token)) !== undefined;
  }

  async #correct(overlay: Overlay, carried: CarriedRecord, run: LookupRun): Promise<void> {
    const behind = run.lookup.closest.filter((contact) => {
      const theirs = run.answers.get(contact.key)?.found?.record;
      return theirs === undefined || this.#replaces(carried.record, theirs);
    });
    await this.#giveTo(behind, overlay, carried, run);
  }

  async #giveTo(
    contacts: readonly Contact[],
    overlay: Overlay,
    put: CarriedRecord & { readonly cas?: number | undefined },
    run: LookupRun,
  ): Promise<PutResult> {
    const result = await this.#offerTo(contacts, overlay, put, run);
    if (!this.#isNear(recordKey(put.record), run)) return result;
    const { ports, holdings } = this.#options;
    const expiresAt = put.ttlMs === undefined ? undefined : ports.wallClock() + put.ttlMs;
    const outcome = holdings.offer({ ...put, expiresAt, source: SELF });
    return HELD.includes(outcome) ? { ...result, stored: true } : result;
  }

  async #offerTo(contacts: readonly Contact[], overlay: Overlay, put: Put, run: LookupRun): Promise<PutResult> {
    const outcomes = await Promise.all(
      contacts.map((contact) => overlay.put(contact, put, run.answers.get(contact.key)?.token)),
    );
    const holders = contacts.filter((_, index) => HELD.includes(outcomes[index]));
    const refusals: Partial<Record<StoreOutcome, number>> = {};
    for (const outcome of outcomes)
      if (outcome !== undefined && !HELD.includes(outcome)) refusals[outcome] = (refusals[outcome] ?? 0) + 1;
    return { stored: holders.length > 0, holders, refusals };
  }

  /** Whether this node is one of the k nearest to a key. */
  #isNear(key: NodeId, run: LookupRun): boolean {
    const { own, k, client } = this.#options;
    const farthest = run.lookup.closest[k - 1];
    return !client && (farthest === undefined || compareDistance(key, own, farthest.id) < 0);
  }

  /** Whether a record, which is right, takes the place of another one that a holder has. */
  #replaces(record: KademliaRecord, than: KademliaRecord): boolean {
    if (record.kind !== 'signed' || than.kind !== 'signed') return false;
    if (record.seq !== than.seq) return record.seq > than.seq;
    if (sameRecord(record, than)) return false;
    // Selectors see nothing that is forged.
    return this.#isRight(than, recordKey(record)) && this.#options.isBetter(record, than);
  }

  #isRight(record: KademliaRecord, key: NodeId): boolean {
    if (idText(recordKey(record)) !== idText(key)) return false;
    if (record.kind !== 'signed') return true;
    const { ports, isWanted } = this.#options;
    return record.expiresAt > ports.wallClock() && isGenuine(record) && isWanted(record);
  }
}

/**
 * Checks a record before it is sent: no node would take it otherwise.
 *
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function checkOwnRecord(record: KademliaRecord, now: number): void {
  if (!isGenuine(record))
    throw new RpcError(
      'INVALID_ARGUMENT',
      'The signature of the record is not that of its key. Make it with signed().',
    );
  if (record.kind !== 'signed') return;
  if (record.expiresAt > now && record.expiresAt <= now + RECORD_MS_MAX) return;
  throw new RpcError('INVALID_ARGUMENT', 'expiresAt of the record must be later than now, and within seven days.');
}
