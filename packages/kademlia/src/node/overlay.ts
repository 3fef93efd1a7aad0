import type { Address, WireName } from '@rpcudp/core';
import { sameId, type NodeId } from '../ids/node-id.js';
import { CALL_MS_MAX, CALL_MS_MIN, JOIN_CALLS, JOIN_CONTACTS, SETTLE_CONTACTS, VERIFICATIONS_MAX } from '../limits.js';
import { Lookup } from '../lookup/lookup.js';
import { RoundTrips } from '../lookup/round-trips.js';
import { contactOf, type Contact } from '../table/contact.js';
import { RoutingTable } from '../table/routing-table.js';
import type { StoreOutcome } from '../records/record-store.js';
import type { Put, Want } from '../wire/native-messages.js';
import { LookupRun, type LookupObserver, type LookupRunOptions } from './lookup-run.js';
import type { KademliaPorts } from './ports.js';
import type { FindAnswer, WireCalls } from './wire-calls.js';

/** What an {@link Overlay} is made of. */
export interface OverlayOptions {
  readonly own: NodeId;
  readonly calls: WireCalls;
  readonly ports: KademliaPorts;
  readonly k: number;
  readonly alpha: number;
  readonly bitsPerHop: number;
  /** Told when a contact has come into the table, and when one has gone. */
  readonly added: (contact: Contact, wire: WireName) => void;
  readonly evicted: (contact: Contact, wire: WireName) => void;
}

/** How a lookup on an {@link Overlay} is made. */
export interface FindOptions extends Pick<LookupRunOptions, 'onAnswer' | 'onStep' | 'signal'> {
  readonly want?: Want;
  readonly paths?: number | undefined;
  /** How many it ends with, instead of k. */
  readonly count?: number;
  /** How many calls are on their way at once, if not as many as the node was told. */
  readonly alpha?: number;
}

/** How many patiences a call is given. */
const CALL_PATIENCES = 8;

/** How often a call that stores something is made, while nothing is answered. */
const STORE_CALLS_MAX = 4;

/** How long the last of them is waited for, in patiences. */
const STORE_LAST_PATIENCES = 3;

/** The network of one wire, as this node sees it: its routing table, and what keeps that true. */
export class Overlay implements LookupObserver {
  readonly table: RoutingTable;
  /** How many lookups were made, calls of them answered, and contacts asked back. */
  readonly counters = { lookups: 0, answered: 0, silent: 0, verifications: 0 };
  readonly #options: OverlayOptions;
  readonly #roundTrips = new RoundTrips();
  readonly #verifying = new Set<string>();
  #closed = false;

  constructor(options: OverlayOptions) {
    const { own, k, bitsPerHop } = options;
    this.#options = options;
    this.table = new RoutingTable({ own, k, bitsPerHop });
  }

  get wire(): WireName {
    return this.#options.calls.wire;
  }

  get calls(): WireCalls {
    return this.#options.calls;
  }

  /** The smoothed round trip of this network, in milliseconds; undefined before anybody has answered. */
  get roundTripMs(): number | undefined {
    return this.#roundTrips.smoothedMs;
  }

  /** Nobody is asked back any more. */
  close(): void {
    this.#closed = true;
  }

  /** Starts a lookup. */
  find(target: NodeId, { want = 'nodes', paths = 1, count, alpha, ...hooks }: FindOptions = {}): LookupRun {
    const { own, k, calls, ports } = this.#options;
    this.counters.lookups += 1;
    this.table.lookedFor(target, ports.now());
    const seeds = this.table.closest(target, k * paths);
    const lookup = new Lookup({
      target,
      own,
      seeds: seeds.length > 0 ? seeds : this.table.closestOfAll(target, k),
      k: count ?? k,
      alpha: Math.max(alpha ?? this.#options.alpha, paths),
      paths,
      // On the native wire as well: it sends again itself, but later, so that it sends no packet in vain.
      resends: true,
      patienceMs: ({ address }) => this.#roundTrips.patienceMs(address),
      trusts: (contact) => this.table.trusts(contact),
    });
    return new LookupRun({ lookup, want, calls, ports, observer: this, ...hooks });
  }

  /**
   * Gets to know the network by way of nodes at some addresses, and goes on as soon as one of them has answered: those that have gone
   * are silent for seconds. Whether any has.
   */
  async join(addresses: readonly Address[]): Promise<boolean> {
    const answered = await anyOf(addresses.map((address) => this.#greet(address)));
    if (answered) await this.find(this.table.own, { count: JOIN_CONTACTS, alpha: JOIN_CALLS }).ended;
    return answered;
  }

  /** Gets to know who has joined nearby, and has them know this node. */
  async settle(): Promise<void> {
    await this.find(this.table.own, { count: SETTLE_CONTACTS, alpha: JOIN_CALLS }).ended;
  }

  /** Looks into the buckets that were not looked into since a moment. */
  async refresh(since: number): Promise<void> {
    const { ports } = this.#options;
    for (const target of this.table.takeStale(since, ports.now(), ports.random)) {
      if (this.#closed) return;
      await this.find(target).ended;
    }
  }

  /** Asks suspects that are due whether they are there again. */
  askSuspects(): void {
    for (const contact of this.table.takeSuspectsDue(this.#options.ports.now())) this.verify(contact);
  }

  /** A node has asked something. It is asked back if the table has a use for it. */
  heardFrom(contact: Contact): void {
    if (!this.table.trusts(contact) && this.table.wants(contact)) this.verify(contact);
  }

  /** Asks a contact whether it is there. */
  verify(contact: Contact): void {
    const { address } = contact;
    if (this.#closed || this.#verifying.size >= VERIFICATIONS_MAX || this.#verifying.has(address)) return;
    this.#verifying.add(address);
    this.counters.verifications += 1;
    // In a turn of its own: a call that a handler makes has the deadline of the handler's own caller.
    this.#options.ports.setTimer(0, () => void this.#verifyNow(contact));
  }

  async #verifyNow(contact: Contact): Promise<void> {
    const there = this.#closed || (await this.#greet(contact));
    this.#verifying.delete(contact.address);
    if (!there && !this.#closed) this.silent(contact);
  }

  /** Pings an address, twice if need be. Whether another node is there. */
  async #greet({ host, port }: Address): Promise<boolean> {
    const { calls, ports } = this.#options;
    const { address } = contactOf(this.table.own, host, port);
    for (let time = 2; time > 0; time -= 1) {
      const began = ports.now();
      const timeoutMs = time > 1 ? 2 * this.#roundTrips.patienceMs(address) : this.#callMs(address);
      const id = await calls.ping({ host, port }, timeoutMs);
      if (id === undefined) continue;
      this.#roundTrips.measured(address, ports.now() - began);
      this.#isThere(contactOf(id, host, port), true);
      return !sameId(id, this.table.own);
    }
    return false;
  }

  /**
   * Stores something at a contact. The call is made again, up to four times in all, each time that its answer is late, so that of twenty
   * contacts hardly one is missed where a tenth of all datagrams is lost; on the native wire too, for a new packet overtakes one that is
   * lost. An answer to any of them counts. Undefined if there was none.
   */
  put(contact: Contact, put: Put, token: Uint8Array | undefined): Promise<StoreOutcome | undefined> {
    const { calls, ports } = this.#options;
    const patienceMs = this.#roundTrips.patienceMs(contact.address);
    return new Promise((resolve) => {
      let [open, made] = [0, 0];
      let preventNext: () => void = () => undefined;
      const end = (outcome: StoreOutcome | undefined): void => {
        preventNext();
        resolve(outcome);
      };
      const make = async (): Promise<void> => {
        const timeoutMs = (STORE_CALLS_MAX - made + STORE_LAST_PATIENCES) * patienceMs;
        [open, made] = [open + 1, made + 1];
        if (made < STORE_CALLS_MAX) preventNext = ports.setTimer(patienceMs, () => void make());
        const outcome = await calls.put(contact, put, token, timeoutMs);
        open -= 1;
        if (outcome !== undefined) return end(outcome);
        if (open > 0 || made < STORE_CALLS_MAX) return;
        this.silent(contact);
        end(undefined);
      };
      void make();
    });
  }

  /** Asks one contact for a key. Undefined if it does not answer. */
  async ask(contact: Contact, key: NodeId, want: Want): Promise<FindAnswer | undefined> {
    const { calls, ports } = this.#options;
    const began = ports.now();
    const answer = await calls.find(contact, key, want, this.callMs(contact));
    if (answer === undefined) this.silent(contact);
    else this.answered(contact, answer, ports.now() - began);
    return answer;
  }

  /** How long a call to a contact may take altogether, in milliseconds. */
  callMs({ address }: Contact): number {
    return this.#callMs(address);
  }

  #callMs(address: string): number {
    return Math.min(CALL_MS_MAX, Math.max(CALL_MS_MIN, CALL_PATIENCES * this.#roundTrips.patienceMs(address)));
  }

  /** A contact has answered a call of a lookup. */
  answered(contact: Contact, { id }: FindAnswer, ms: number): void {
    this.counters.answered += 1;
    this.#roundTrips.measured(contact.address, ms);
    if (id === undefined || sameId(id, contact.id)) this.#isThere(contact, id !== undefined);
    // It is another one than it was named.
    else this.#isThere(contactOf(id, contact.host, contact.port), true);
  }

  #isThere(contact: Contact, proven: boolean): void {
    const { ports, added, evicted } = this.#options;
    const { change, evicted: gone, check } = this.table.answered(contact, ports.now(), proven);
    if (gone !== undefined) evicted(gone, this.wire);
    if (change === 'added' || change === 'replaced') added(contact, this.wire);
    if (check !== undefined) this.verify(check);
  }

  /** A contact has not answered. */
  silent(contact: Contact): void {
    this.counters.silent += 1;
    const { evicted: gone, check } = this.table.silent(contact, this.#options.ports.now());
    if (gone !== undefined) this.#options.evicted(gone, this.wire);
    if (check !== undefined) this.verify(check);
  }
}

/** Whether any of some answers is yes: as soon as one is. */
function anyOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve) => {
    for (const answer of answers) void answer.then((yes) => yes && resolve(true));
    void Promise.all(answers).then(() => resolve(false));
  });
}
