import { SeededRandom } from '@rpcudp/core/testing';
import { Lookup, type LookupOptions } from '../src/lookup/lookup';
import { RoundTrips } from '../src/lookup/round-trips';
import { CALL_MS_MAX } from '../src/limits';
import { RoutingTable } from '../src/table/routing-table';
import type { Contact } from '../src/table/contact';
import type { NodeId } from '../src/ids/node-id';
import { bruteForce, contact } from './contacts';

/** A node of a {@link ModelNetwork}. */
export interface ModelNode {
  readonly contact: Contact;
  readonly table: RoutingTable;
  alive: boolean;
  /** What it names instead of the nearest that it knows. */
  lie: ((target: NodeId) => readonly Contact[]) | undefined;
}

/** How calls go on a {@link ModelNetwork}. */
export interface ModelConditions {
  readonly latencyMs?: number;
  /** The share of calls whose request or answer is lost. */
  readonly loss?: number;
}

/** What came of a lookup. */
export interface ModelResult {
  readonly lookup: Lookup;
  readonly found: Contact[];
  readonly ms: number;
  /** Whom it has called, in this order. */
  readonly asked: Contact[];
}

/** Lookups over routing tables, without endpoints and without waiting: calls are events of a queue. */
export class ModelNetwork {
  readonly nodes: ModelNode[];
  readonly random: SeededRandom;
  readonly #byKey: Map<string, ModelNode>;

  /** Every node answers once to every other one, in an order of its own: tables as they get in a network that is old. */
  constructor(size: number, { k = 20, seed = 1 } = {}) {
    this.random = new SeededRandom(seed);
    this.nodes = Array.from({ length: size }, (_, index) => {
      const self = contact(this.random.bytes(20), index);
      return { contact: self, table: new RoutingTable({ own: self.id, k }), alive: true, lie: undefined };
    });
    this.#byKey = new Map(this.nodes.map((node) => [node.contact.key, node]));
    for (const { table } of this.nodes) {
      const first = Math.floor(this.random.next() * size);
      for (let step = 0; step < size; step += 1) table.answered(this.nodes[(first + step * 7919) % size]!.contact, 0);
    }
  }

  /** The nearest of all that live, without the one who looks. */
  nearest(target: NodeId, count: number, but: ModelNode): Contact[] {
    const all = this.nodes.filter((node) => node.alive && node !== but).map((node) => node.contact);
    return bruteForce(all, target, count);
  }

  /** Runs one lookup to its end. */
  lookUp(
    from: ModelNode,
    target: NodeId,
    conditions: ModelConditions = {},
    options: Partial<LookupOptions> = {},
  ): ModelResult {
    const { latencyMs = 25 } = conditions;
    const { k = 20 } = options;
    const lookup = startLookup(from, target, { k, ...options }, 2 * latencyMs);
    const asked: Contact[] = [];
    const events = new EventQueue();
    for (;;) {
      for (const { contact: to } of lookup.takeCalls(events.now)) {
        asked.push(to);
        const answer = this.#answerOf(to, from, lookup.target, k, conditions);
        if (answer === undefined) events.add(CALL_MS_MAX, () => lookup.silent(to));
        else events.add(2 * latencyMs, () => void lookup.answered(to, answer));
      }
      if (lookup.done) return { lookup, found: lookup.closest, ms: events.now, asked };
      events.next(lookup.nextWake);
    }
  }

  /** What a node names to another; undefined if nothing of that arrives. */
  #answerOf(
    to: Contact,
    from: ModelNode,
    target: NodeId,
    k: number,
    { loss = 0 }: ModelConditions,
  ): readonly Contact[] | undefined {
    const node = this.#byKey.get(to.key);
    if (node?.alive !== true || this.random.chance(loss)) return undefined;
    return node.lie?.(target) ?? node.table.closest(target, k, ({ key }) => key === from.contact.key);
  }
}

/** A lookup by a node that has measured one round trip. */
function startLookup(
  { contact: { id: own }, table }: ModelNode,
  target: NodeId,
  options: Partial<LookupOptions> & { readonly k: number },
  roundTripMs: number,
): Lookup {
  const roundTrips = new RoundTrips();
  roundTrips.measured('anybody', roundTripMs);
  const patienceMs = ({ address }: Contact): number => roundTrips.patienceMs(address);
  return new Lookup({ target, own, seeds: table.closest(target, options.k), resends: true, patienceMs, ...options });
}

/** What is going to happen, and what time it is. */
class EventQueue {
  now = 0;
  readonly #events: { readonly at: number; readonly happen: () => void }[] = [];

  add(delayMs: number, happen: () => void): void {
    this.#events.push({ at: this.now + delayMs, happen });
    this.#events.sort((a, b) => a.at - b.at);
  }

  /** Goes on to the next moment at which something happens, or to a given one if that is sooner. */
  next(wakeAt: number): void {
    this.now = Math.min(this.#events[0]?.at ?? Infinity, wakeAt);
    if (this.now === Infinity) throw new Error('The lookup neither ends nor waits.');
    while (this.#events[0] !== undefined && this.#events[0].at <= this.now) this.#events.shift()!.happen();
  }
}
