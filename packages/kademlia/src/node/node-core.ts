import { RpcError, type Address, type ServiceContract, type WireName } from '@rpcudp/core';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';
import { type NodeId } from '../ids/node-id.js';
import type { Contact } from '../table/contact.js';
import type { SignedRecord } from '../records/record.js';
import type { HeldRecord } from '../records/record-store.js';
import { Listeners } from './events.js';
import { handOverAll } from './hand-over.js';
import { Holdings } from './holdings.js';
import { NativeCalls } from './native-calls.js';
import { addressesOf, checkOptions, type CheckedOptions, type KademliaOptions } from './options.js';
import { Overlay } from './overlay.js';
import { Publisher } from './publisher.js';
import { PythonCalls } from './python-calls.js';
import { RequestServer } from './request-server.js';
import { readState, writeState, type SavedState } from './saved-state.js';
import { Upkeep } from './upkeep.js';
import { Newcomers } from './newcomers.js';
import { MethodCalls } from './wire-calls.js';

/** Who a node is: what it serves, its id, and which records it wants. */
export interface NodeIdentity {
  readonly contract: ServiceContract;
  readonly own: NodeId;
  /** Whether it holds a signed record for others, and believes it. */
  readonly isWanted: (record: SignedRecord) => boolean;
  /** Whether a signed record takes the place of another one of the same key and number. */
  readonly isBetter: (record: SignedRecord, than: SignedRecord) => boolean;
}

/** What a node is made of, and what joins it: the service itself only answers and asks by it. */
export class NodeCore {
  readonly own: NodeId;
  readonly endpoint: RpcEndpoint;
  readonly checked: CheckedOptions;
  readonly listeners = new Listeners();
  readonly holdings: Holdings;
  readonly overlays = new Map<WireName, Overlay>();
  readonly publisher: Publisher;
  readonly server: RequestServer;
  readonly #newcomers: Newcomers;
  #upkeep: Upkeep | undefined;
  readonly #options: KademliaOptions;
  #bootstrap: readonly Address[] = [];
  #saved: SavedState | undefined;
  #left: Promise<void> | undefined;

  constructor(endpoint: RpcEndpoint, { contract, own, isWanted, isBetter }: NodeIdentity, options: KademliaOptions) {
    this.own = own;
    this.#options = options;
    this.checked = checkOptions(endpoint, options);
    const { ports, k, client, paths } = this.checked;
    this.endpoint = endpoint;
    this.#newcomers = new Newcomers(k);
    this.holdings = new Holdings({ ...options, own, isWanted, isBetter }, ports, this.listeners);
    for (const wire of this.checked.wires) this.overlays.set(wire, this.#overlay(endpoint, contract, wire));
    const parts = { own, k, holdings: this.holdings, ports };
    this.publisher = new Publisher({ ...parts, client, paths, isWanted, isBetter });
    this.server = new RequestServer({ ...this.checked, ...parts, overlays: this.overlays });
  }

  /** The id, contacts and records that were kept; undefined if there is nothing of use. */
  static async load({ state }: KademliaOptions): Promise<SavedState | undefined> {
    const bytes = await state?.load();
    return bytes && readState(bytes);
  }

  /** Takes up what was kept, joins, and does from now on what keeps the network whole. */
  async begin(saved: SavedState | undefined): Promise<void> {
    this.#saved = saved;
    for (const record of saved?.records ?? []) this.holdings.offer(record);
    this.#bootstrap = await addressesOf(this.#options.bootstrap ?? []);
    await Promise.all([...this.overlays.values()].map((overlay) => overlay.join(this.#addressesFor(overlay))));
    if (this.#left !== undefined) return;
    this.#upkeep = new Upkeep({
      overlays: [...this.overlays.values()],
      holdings: this.holdings,
      ports: this.checked.ports,
      listeners: this.listeners,
      addresses: (overlay) => this.#addressesFor(overlay),
      republish: (name) => this.#republish(name),
      provide: (key) => this.publisher.provide(this.overlay('native'), key),
      welcome: () => this.#welcome(),
      save: () => this.save(),
    });
  }

  get upkeep(): Upkeep | undefined {
    return this.#upkeep;
  }

  /** The overlay of a wire. @throws RpcError `FAILED_PRECONDITION` if the node has none, `CLOSED` if it has left */
  overlay(wire: WireName): Overlay {
    if (this.#left !== undefined) throw new RpcError('CLOSED', 'The node has left its network.');
    const overlay = this.overlays.get(wire);
    if (overlay !== undefined) return overlay;
    const message = `The node takes no part in a network on the ${wire} wire. Bind the endpoint with wires: ['${wire}', …].`;
    throw new RpcError('FAILED_PRECONDITION', message);
  }

  /** The overlay that scalars are in: that of Python nodes if there is one. */
  scalars(wire: WireName | undefined): Overlay {
    return this.overlay(wire ?? (this.overlays.has('rpcudp') ? 'rpcudp' : 'native'));
  }

  async save(): Promise<void> {
    await this.#options.state?.save(writeState(this.own, this.overlays.values(), this.holdings));
  }

  /** Hands over what is held, keeps the state, and is there for nobody any more. */
  leave(handOver: boolean): Promise<void> {
    return (this.#left ??= this.#leave(handOver));
  }

  async #leave(handOver: boolean): Promise<void> {
    this.#upkeep?.stop();
    this.server.close();
    if (handOver)
      await handOverAll([...this.holdings.records.records()], this.checked.ports, (held, signal) =>
        this.#giveAway(held, signal),
      );
    for (const overlay of this.overlays.values()) overlay.close();
    await this.save();
  }

  async #republish(name: string): Promise<void> {
    const held = this.holdings.records.named(name, this.checked.ports.wallClock());
    if (held !== undefined) await this.#giveAway(held);
  }

  /** Gives newcomers what they should hold, one after the other. */
  async #welcome(): Promise<void> {
    const { records } = this.holdings;
    const due = this.#newcomers.take(records.records(), (held, { wire }) => wire === this.#wireOf(held));
    const gone = new Set<Contact>();
    for (const { contact, overlay, held } of due) {
      if (this.#left !== undefined || gone.has(contact)) continue;
      if (!(await this.publisher.handTo(contact, overlay, held))) gone.add(contact);
    }
  }

  #wireOf({ record }: HeldRecord): WireName {
    return record.kind === 'scalar' && this.overlays.has('rpcudp') ? 'rpcudp' : 'native';
  }

  async #giveAway(held: HeldRecord, signal?: AbortSignal): Promise<void> {
    const overlay = this.overlays.get(this.#wireOf(held));
    if (overlay !== undefined) await this.publisher.republish(overlay, held, signal);
  }

  #addressesFor({ wire }: Overlay): Address[] {
    return [...this.#bootstrap, ...(this.#saved?.contacts.get(wire) ?? []).slice(0, REJOIN_CONTACTS)];
  }

  #overlay(endpoint: RpcEndpoint, contract: ServiceContract, wire: WireName): Overlay {
    const { ports, k, alpha, bitsPerHop, client } = this.checked;
    const methods = new MethodCalls(endpoint, wire, contract);
    return new Overlay({
      own: this.own,
      calls: wire === 'native' ? new NativeCalls(methods, this.own, client) : new PythonCalls(methods, this.own),
      ports,
      k,
      alpha,
      bitsPerHop,
      added: (contact: Contact, of: WireName) => {
        this.#newcomers.add(contact, this.overlays.get(of)!);
        this.listeners.tell('contact', contact, of);
      },
      evicted: (contact: Contact, of: WireName) => this.listeners.tell('evicted', contact, of),
    });
  }
}

/** Saved contacts that are asked at once when joining: a few of them will still be there. */
const REJOIN_CONTACTS = 20;
