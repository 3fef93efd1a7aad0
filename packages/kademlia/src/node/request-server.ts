import { RpcError, type Address, type RpcContext, type WireName } from '@rpcudp/core';
import { SourceRates } from '../admission/source-rates.js';
import { isNodeId, type NodeId } from '../ids/node-id.js';
import type { Scalar } from '../records/record.js';
import { sourceOf } from '../records/source.js';
import { contactOf, type Contact } from '../table/contact.js';
import { writeContacts, type Triple } from '../wire/contacts.js';
import type { Put, PutReply, Query, QueryReply } from '../wire/native-messages.js';
import type { Holdings } from './holdings.js';
import type { Overlay } from './overlay.js';
import type { KademliaPorts } from './ports.js';

/** What a {@link RequestServer} is made of. */
export interface RequestServerOptions {
  readonly own: NodeId;
  readonly k: number;
  readonly overlays: ReadonlyMap<WireName, Overlay>;
  readonly holdings: Holdings;
  readonly ports: KademliaPorts;
  readonly requestsPerSecond: number;
  readonly storesPerSecond: number;
}

/** Who has made a request. */
interface Asker {
  readonly sender: Address;
  readonly source: string;
  readonly overlay: Overlay;
}

/** Answers what other nodes ask. */
export class RequestServer {
  readonly #options: RequestServerOptions;
  readonly #requests: SourceRates;
  readonly #stores: SourceRates;
  #closed = false;

  constructor(options: RequestServerOptions) {
    this.#options = options;
    this.#requests = new SourceRates(options.requestsPerSecond);
    this.#stores = new SourceRates(options.storesPerSecond);
  }

  /** From now on nothing is answered. */
  close(): void {
    this.#closed = true;
  }

  ping(context: RpcContext, id: Uint8Array): NodeId {
    this.#admit(context, id);
    return this.#options.own;
  }

  stun(context: RpcContext): [host: string, port: number] {
    const { sender } = this.#admit(context, undefined);
    return [sender.host, sender.port];
  }

  store(context: RpcContext, id: Uint8Array, key: NodeId, value: Scalar): true {
    const { overlay, source } = this.#admit(context, id);
    if (overlay.wire !== 'rpcudp') throw new RpcError('FAILED_PRECONDITION', 'On the native wire, put stores records.');
    this.#admitStore(source);
    this.#options.holdings.offer({ record: { kind: 'scalar', key, value }, source });
    // As the Python library, whatever came of it: its callers know no other answer.
    return true;
  }

  findNode(context: RpcContext, id: Uint8Array, target: NodeId): Triple[] {
    return this.#closer(this.#admit(context, id), target);
  }

  findValue(context: RpcContext, id: Uint8Array, key: NodeId): Triple[] | { value: Scalar } {
    const asker = this.#admit(context, id);
    const record = this.#options.holdings.held('scalar', key)?.record;
    return record?.kind === 'scalar' ? { value: record.value } : this.#closer(asker, key);
  }

  answer(context: RpcContext, { id, key, want }: Query): QueryReply {
    const asker = this.#admitNative(context, id);
    const { own, holdings, ports } = this.#options;
    const { host, port } = asker.sender;
    const found = want === 'nodes' || want === 'providers' ? undefined : holdings.carried(want, key);
    const providers = want === 'providers' ? holdings.providers.get(key, ports.wallClock()) : undefined;
    return {
      id: own,
      closer: this.#closer(asker, key),
      token: holdings.tokens.issue(contactOf(own, host, port).address, ports.now()),
      ...(found === undefined ? {} : { found }),
      ...(providers === undefined ? {} : { providers: writeContacts(providers, host) }),
    };
  }

  accept(context: RpcContext, put: Put, token: Uint8Array): PutReply {
    const { sender, source } = this.#admitNative(context, put.id);
    const { own, holdings, ports } = this.#options;
    const { address } = contactOf(own, sender.host, sender.port);
    if (!holdings.tokens.accepts(token, address, ports.now()))
      throw new RpcError(
        'PERMISSION_DENIED',
        'The token is not one that this address got from here lately. Look the key up.',
      );
    this.#admitStore(source);
    if ('provide' in put) {
      const there = contactOf(put.id, sender.host, sender.port);
      return { outcome: holdings.providers.add(put.provide, there, ports.wallClock()) ? 'stored' : 'full' };
    }
    const { record, ttlMs, cas } = put;
    const expiresAt = ttlMs === undefined ? undefined : ports.wallClock() + ttlMs;
    return { outcome: holdings.offer({ record, source, expiresAt, cas }) };
  }

  #closer({ overlay, sender }: Asker, target: NodeId): Triple[] {
    const { host, port } = sender;
    const closest = overlay.table.closest(target, this.#options.k, (each) => each.port === port && each.host === host);
    return writeContacts(closest, host);
  }

  /** @throws RpcError `FAILED_PRECONDITION` on the rpcudp wire, where nothing can be proven. */
  #admitNative(context: RpcContext, id: NodeId | undefined): Asker {
    const asker = this.#admit(context, id);
    if (asker.overlay.wire === 'native') return asker;
    throw new RpcError('FAILED_PRECONDITION', 'This method is one of the native wire.');
  }

  /** @throws RpcError `UNAVAILABLE` or `RESOURCE_EXHAUSTED` */
  #admit(context: RpcContext, id: Uint8Array | undefined): Asker {
    const { sender, wire } = context;
    const overlay = wire === 'nats' ? undefined : this.#options.overlays.get(wire);
    if (this.#closed || overlay === undefined)
      throw new RpcError('UNAVAILABLE', 'This node is not there on this wire.');
    const source = sourceOf(sender.host);
    if (!this.#requests.take(source, this.#options.ports.now()))
      throw new RpcError('RESOURCE_EXHAUSTED', `${source} asks more than one source may.`);
    if (isNodeId(id)) overlay.heardFrom(this.#contactOf(id, sender));
    return { sender, source, overlay };
  }

  #contactOf(id: NodeId, { host, port }: Address): Contact {
    return contactOf(Uint8Array.from(id), host, port);
  }

  /** @throws RpcError `RESOURCE_EXHAUSTED` */
  #admitStore(source: string): void {
    if (this.#stores.take(source, this.#options.ports.now())) return;
    throw new RpcError('RESOURCE_EXHAUSTED', `${source} stores more than one source may.`);
  }
}
