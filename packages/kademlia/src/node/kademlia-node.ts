import { RpcError, RpcMethod, RpcService, rpcContext, type RpcChannel, type WireName } from '@rpcudp/core';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';
import { contractOf, type AnyClass } from '@rpcudp/core/service';
import { digestOf, type Key } from '../ids/key.js';
import { idText, isNodeId, type NodeId } from '../ids/node-id.js';
import { QUORUM } from '../limits.js';
import {
  signedKey,
  type ImmutableRecord,
  type KademliaRecord,
  type Scalar,
  type SignedRecord,
} from '../records/record.js';
import type { Contact } from '../table/contact.js';
import {
  FIND_ARGUMENTS,
  PING_ARGUMENTS,
  PUT_ARGUMENTS,
  QUERY_ARGUMENTS,
  STORE_ARGUMENTS,
  STUN_ARGUMENTS,
} from '../wire/arguments.js';
import type { Triple } from '../wire/contacts.js';
import type { Put, PutReply, Query, QueryReply } from '../wire/native-messages.js';
import { isScalar } from '../wire/scalars.js';
import type { KademliaCallOptions, ScalarOptions } from './call-options.js';
import type { KademliaEvents } from './events.js';
import type { Found } from './found.js';
import type { LookupStep } from './lookup-run.js';
import { findProviders } from './find-providers.js';
import { Arrivals, NodeLookup } from './lookup-steps.js';
import { nearestChannel } from './nearest-channel.js';
import { NodeCore } from './node-core.js';
import { checkOptions, type KademliaOptions } from './options.js';
import { checkOwnRecord, type PutResult } from './publisher.js';
import { isBetter as isBetterFor } from './selectors.js';
import { isWanted as isWantedBy } from './validators.js';
import { statsOf, type KademliaStats } from './stats.js';

/**
 * A node of a Kademlia network: of Python nodes on the rpcudp wire, of nodes of its own kind on the native wire, or of both at once, over one
 * endpoint. A service as any other: extend it, and the methods of the subclass are served with it.
 *
 * ```ts
 * const endpoint = await UdpEndpoint.bind({ port: 8468, wires: ['native', 'rpcudp'] });
 * const node = await KademliaNode.join(endpoint, { bootstrap: ['10.0.0.1:8468'], state: fileState('node.state') });
 * await node.set('my-key', 'my value');
 * ```
 */
@RpcService({ name: 'Kademlia', version: '1', doc: 'A node of a Kademlia network.' })
export class KademliaNode {
  /** 20 bytes. */
  readonly id: NodeId;
  readonly #core: NodeCore;

  /**
   * A node that has not joined anything yet and is not served: {@link KademliaNode.join} makes one that is.
   *
   * @throws RpcError `INVALID_ARGUMENT` for an option out of range, `FAILED_PRECONDITION` if the endpoint has `security` without a shared
   * secret
   */
  constructor(endpoint: RpcEndpoint, options: KademliaOptions = {}) {
    const { ports } = checkOptions(endpoint, options);
    this.id = options.id ?? ports.random(20);
    const isWanted = (record: SignedRecord): boolean => isWantedBy(this, record);
    // Asked when there is something to judge: rules of standard decorators are written down as the class is constructed.
    const isBetter = (record: SignedRecord, than: SignedRecord): boolean => isBetterFor(this, record, than);
    const contract = contractOf(this.constructor as AnyClass);
    this.#core = new NodeCore(endpoint, { contract, own: this.id, isWanted, isBetter }, options);
  }

  /**
   * Serves a node on an endpoint, and joins. Resolves when it knows its part of the network, or when nobody of `bootstrap` has answered: it
   * goes on trying by itself then, and `stats()` says that there are no contacts.
   *
   * @throws RpcError as a rejection: `INVALID_ARGUMENT` for an option out of range, `FAILED_PRECONDITION` if the endpoint has `security`
   * without a shared secret, `INVALID_SERVICE` if it serves something of that name; and what the state store throws
   */
  static async join<N extends KademliaNode>(
    this: new (endpoint: RpcEndpoint, options: KademliaOptions) => N,
    endpoint: RpcEndpoint,
    options: KademliaOptions = {},
  ): Promise<N> {
    const saved = await NodeCore.load(options);
    const id = options.id ?? saved?.id;
    const node = new this(endpoint, id === undefined ? options : { ...options, id });
    if (options.client !== true) endpoint.serve(node);
    await node.#core.begin(saved);
    return node;
  }

  /**
   * Stores a value under a key, as nodes of Python do: the k nodes nearest to it hold it for a week. The last one who stores wins, and
   * nothing says who that was.
   *
   * @param key A string, bytes, a number or a boolean: the same key is the same in Python.
   * @param value A string, bytes, a boolean, a number, or a bigint of 64 bits; at most 8,137 bytes.
   * @throws RpcError as a rejection: `INVALID_ARGUMENT` for another value, `CLOSED`
   */
  async set(key: Key, value: Scalar, { wire, signal }: ScalarOptions = {}): Promise<PutResult> {
    if (!isScalar(value))
      throw new RpcError(
        'INVALID_ARGUMENT',
        'A value is a string, bytes, a boolean, a number or a bigint of 64 bits, of 8,137 bytes at most.',
      );
    const record = { kind: 'scalar', key: digestOf(key), value } as const;
    return this.#core.publisher.put(this.#core.scalars(wire), { record }, signal);
  }

  /**
   * Looks for the value of a key: what three holders agree on, or if there are fewer, what most of them say.
   *
   * @param options `quorum`: how many holders have to agree. With 1, the first answer counts.
   * @throws RpcError as a rejection: `CLOSED`
   */
  async get(key: Key, options: ScalarOptions & { readonly quorum?: number } = {}): Promise<Found<Scalar>> {
    const { wire, signal, quorum = QUORUM } = options;
    return this.#core.publisher.getScalar(this.#core.scalars(wire), digestOf(key), quorum, signal);
  }

  /**
   * Stores a record that proves itself, on the native wire: one of `immutable()` or `signed()`.
   *
   * @param options `ttlMs`: how long an immutable one is held, in milliseconds; seven days at most, and by default. `cas`: of a
   * signed one, the `seq` that the one before must have.
   * @throws RpcError as a rejection: `INVALID_ARGUMENT` for a record that no node would take, `FAILED_PRECONDITION` without the
   * native wire, `CLOSED`
   */
  async put(
    record: ImmutableRecord | SignedRecord,
    { signal, ttlMs, cas }: KademliaCallOptions & { readonly ttlMs?: number; readonly cas?: number } = {},
  ): Promise<PutResult> {
    checkOwnRecord(record, this.#core.checked.ports.wallClock());
    return this.#core.publisher.put(this.#core.overlay('native'), { record, ttlMs, cas }, signal);
  }

  /**
   * Looks for bytes by their key, which is the hash of them: `recordKey(immutable(bytes))`.
   *
   * @throws RpcError as a rejection: `FAILED_PRECONDITION` without the native wire, `CLOSED`
   */
  async getImmutable(key: NodeId, { signal }: KademliaCallOptions = {}): Promise<Found<Uint8Array>> {
    const found = await this.#core.publisher.find(this.#core.overlay('native'), 'immutable', key, signal);
    return found.found ? { ...found, value: (found.value as ImmutableRecord).value } : found;
  }

  /**
   * Looks for the newest record of a public key. Nodes that hold an older one are given it.
   *
   * @param options `salt`: which of its records.
   * @throws RpcError as a rejection: `FAILED_PRECONDITION` without the native wire, `CLOSED`
   */
  async getSigned(
    publicKey: Uint8Array,
    { salt = '', signal }: KademliaCallOptions & { readonly salt?: Uint8Array | string } = {},
  ): Promise<Found<SignedRecord>> {
    const key = signedKey(publicKey, salt);
    const found = await this.#core.publisher.find(this.#core.overlay('native'), 'signed', key, signal);
    return found as Found<KademliaRecord> & Found<SignedRecord>;
  }

  /**
   * Says that this node provides something, now and three times a day, until {@link KademliaNode.stopProviding}.
   *
   * @throws RpcError as a rejection: `FAILED_PRECONDITION` without the native wire, `CLOSED`
   */
  async provide(key: Key, { signal }: KademliaCallOptions = {}): Promise<PutResult> {
    const overlay = this.#core.overlay('native');
    const digest = digestOf(key);
    this.#core.upkeep?.keepProviding(idText(digest), digest);
    return this.#core.publisher.provide(overlay, digest, signal);
  }

  /** Says no longer that this node provides something: within a day it is named no more. */
  stopProviding(key: Key): void {
    this.#core.upkeep?.stopProviding(idText(digestOf(key)));
  }

  /**
   * Who provides something, as they are found; each once.
   *
   * @throws RpcError `FAILED_PRECONDITION` without the native wire, `CLOSED`
   */
  async *providers(key: Key, { signal }: KademliaCallOptions = {}): AsyncGenerator<Contact, undefined> {
    return yield* findProviders(this.#core, digestOf(key), signal);
  }

  /**
   * Looks for the k nodes nearest to a key, or to an id, which is 20 bytes.
   *
   * @param options `wire`: in which network; as for `set` unless stated. `paths`: how many paths that share no node.
   * @throws RpcError `FAILED_PRECONDITION` if the node takes no part in that network, `CLOSED`
   */
  lookup(target: Key, { wire, paths, signal }: ScalarOptions & { readonly paths?: number } = {}): NodeLookup {
    const id = target instanceof Uint8Array && isNodeId(target) ? target : digestOf(target);
    const steps = new Arrivals<LookupStep>();
    const onStep = (step: LookupStep): void => steps.add(step);
    return new NodeLookup(this.#core.scalars(wire).find(id, { paths, signal, onStep }), steps);
  }

  /**
   * A channel to the node nearest to a key on the native wire, which may be this one: for services that every node of a network
   * serves. It is looked up with the first call, and again after a minute or when it does not answer.
   *
   * ```ts
   * const chat = createClient(Chat, node.nearest('room-7'));
   * ```
   *
   * @throws RpcError `FAILED_PRECONDITION` without the native wire, `CLOSED`
   */
  nearest(key: Key): RpcChannel {
    return nearestChannel(this.#core, digestOf(key));
  }

  /** The contacts of a network that this node knows and trusts, the nearest to itself first. */
  contacts(wire?: WireName): Contact[] {
    const { table } = this.#core.scalars(wire);
    return table.closest(this.id, table.size);
  }

  /** Calls a function back for each event; gives a function that ends that. */
  on<E extends keyof KademliaEvents>(event: E, listener: (...args: KademliaEvents[E]) => void): () => void {
    return this.#core.listeners.on(event, listener);
  }

  /** A snapshot of counters. */
  stats(): KademliaStats {
    return statsOf(this.#core);
  }

  /**
   * Leaves: gives what it holds to others, for five seconds at most, saves its state, and answers nobody any more. The endpoint stays open, for it is its owner's.
   *
   * @param options `handOver`: whether to give to others what it holds. Default: true.
   */
  leave({ handOver = true }: { readonly handOver?: boolean } = {}): Promise<void> {
    return this.#core.leave(handOver);
  }

  /** For other nodes: the id of this one. */
  @RpcMethod({ args: PING_ARGUMENTS, delivery: 'idempotent', doc: 'The id of the node.' })
  ping(id: Uint8Array): Uint8Array {
    return this.#core.server.ping(rpcContext(), id);
  }

  /** For other nodes: their address as it is seen from here. */
  @RpcMethod({ args: STUN_ARGUMENTS, delivery: 'idempotent', doc: 'The address of the caller.' })
  stun(): [host: string, port: number] {
    return this.#core.server.stun(rpcContext());
  }

  /** For nodes of Python: takes a value. */
  @RpcMethod({ args: STORE_ARGUMENTS, delivery: 'idempotent', doc: 'Takes a value; of the rpcudp wire.' })
  store(id: Uint8Array, key: Uint8Array, value: Scalar): boolean {
    return this.#core.server.store(rpcContext(), id, key, value);
  }

  /** For nodes of Python: the nodes nearest to an id. */
  @RpcMethod({ name: 'find_node', args: FIND_ARGUMENTS, delivery: 'idempotent', doc: 'The nodes nearest to an id.' })
  findNode(id: Uint8Array, target: Uint8Array): Triple[] {
    return this.#core.server.findNode(rpcContext(), id, target);
  }

  /** For nodes of Python: a value, or the nodes nearest to its key. */
  @RpcMethod({
    name: 'find_value',
    args: FIND_ARGUMENTS,
    delivery: 'idempotent',
    doc: 'A value, or the nodes nearest to it.',
  })
  findValue(id: Uint8Array, key: Uint8Array): Triple[] | { value: Scalar } {
    return this.#core.server.findValue(rpcContext(), id, key);
  }

  /** For nodes of its own kind: what is known of a key, and who is nearer to it. Of the native wire alone. */
  @RpcMethod({
    name: 'lookup',
    args: QUERY_ARGUMENTS,
    delivery: 'idempotent',
    doc: 'What is known of a key; of the native wire.',
  })
  answer(query: Query): QueryReply {
    return this.#core.server.answer(rpcContext(), query);
  }

  /** For nodes of its own kind: takes a record, or a word that the caller provides something. Of the native wire alone. */
  @RpcMethod({ name: 'put', args: PUT_ARGUMENTS, doc: 'Takes a record; of the native wire.' })
  accept(put: Put, token: Uint8Array): PutReply {
    return this.#core.server.accept(rpcContext(), put, token);
  }
}
