import { sameAddress, type Address } from '../../../address.js';
import { RpcError } from '../../../errors.js';
import { ASSOCIATION_IDLE_MS, RESETS_PER_SECOND_MAX } from '../../../limits.js';
import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  encodeReset,
  type OpeningPacket,
  type PlainPacket,
  type ResetPacket,
} from '../../../wire/native/packet.js';
import type { DropReason, Millis, OutgoingCall } from '../../engine.js';
import { Association } from './association.js';
import type { AssociationContext } from '../messages/messages-context.js';
import { AssociationTable, idText, sameId } from './association-table.js';
import type { OutgoingNativeCall } from '../messages/outgoing-call.js';
import { RetryBudget } from './retry-budget.js';
import { Tombstones } from './tombstones.js';

/** The associations of one endpoint: opens, finds, resets and ends them. docs/protocol.md §5. */
export class Associations<C extends OutgoingCall> {
  readonly budget = new RetryBudget();
  readonly #context: AssociationContext<C>;
  readonly #bound: Millis;
  readonly #table = new AssociationTable<C>();
  readonly #tombstones = new Tombstones(ASSOCIATION_IDLE_MS);
  #resetsSince: Millis = -Infinity;
  #resets = 0;

  constructor(context: AssociationContext<C>, bound: Millis) {
    this.#context = context;
    this.#bound = bound;
  }

  get size(): number {
    return this.#table.size;
  }

  get nextExpiry(): Millis {
    return this.#tombstones.nextExpiry;
  }

  values(): Association<C>[] {
    return [...this.#table.values()];
  }

  expire(now: Millis): void {
    this.#tombstones.expire(now);
  }

  /** The association that a call uses. @throws RpcError `RESOURCE_EXHAUSTED` */
  for(call: C, now: Millis): Association<C> {
    const via = call.via as Association<C> | undefined;
    if (via === undefined) return this.to(call.to, now);
    return via.ended || via.exhausted ? this.to(via.address, now) : via;
  }

  /** The association that calls to an address use. @throws RpcError `RESOURCE_EXHAUSTED` */
  to(address: Address, now: Millis): Association<C> {
    const known = this.#table.at(address);
    if (known?.exhausted === false) return known;
    if (this.#full) {
      throw new RpcError(
        'RESOURCE_EXHAUSTED',
        `The endpoint that calls has associations with ${this.#context.associationsMax} peers already.`,
      );
    }
    return this.#open(address, undefined, now);
  }

  /** Takes a packet to its association. */
  receive(packet: OpeningPacket | PlainPacket | ResetPacket, from: Address, bytes: number, now: Millis): void {
    if (packet.type === RESET) return this.#receiveReset(packet, from, now);
    const found = this.#find(packet, from, now);
    if (typeof found === 'string') return this.#drop(found, from, bytes);
    let there = sameAddress(from, found.address);
    if (packet.destinationId !== undefined) {
      if (!there && found.isNewest(packet.number)) {
        this.#move(found, from);
        there = true;
      }
      found.addressed(there);
    }
    // Bytes from elsewhere allow nothing to be sent to the association's address.
    const outcome = found.receive(packet.number, packet.frames, there ? bytes : 0, now);
    if (outcome === 'duplicate') this.#drop('duplicate-packet', from, bytes);
    else if (outcome) this.#context.touch(found);
    else this.end(found, now);
  }

  /** Ends the association whose first packet could not even be sent; gives its calls. */
  sendRefused(to: Address, now: Millis): C[] {
    const association = this.#table.at(to);
    if (association?.untried !== true) return [];
    const calls = association.calls.takeAll();
    for (const call of calls) call.on('reset');
    this.end(association, now);
    return calls.map(({ call }) => call);
  }

  /** Ends an association; its calls go on where that can do no harm. */
  end(association: Association<C>, now: Millis): void {
    if (association.ended) return;
    association.end();
    this.#context.timers.remove(association);
    this.#table.remove(association);
    const { accepted, remoteId } = association;
    if (accepted && remoteId !== undefined) this.#tombstones.add(idText(remoteId), now);
    for (const call of association.calls.takeAll()) this.#carryOver(call, now);
  }

  get #full(): boolean {
    return this.#table.size + this.#tombstones.size >= this.#context.associationsMax;
  }

  #open(address: Address, remoteId: Uint8Array | undefined, now: Millis): Association<C> {
    const localId = this.#table.drawId(this.#context.random);
    const accepted = remoteId !== undefined;
    const association = new Association<C>(this.#context, { address, localId, remoteId, accepted, now });
    this.#table.add(association);
    return association;
  }

  #move(association: Association<C>, to: Address): void {
    const before = association.address;
    association.move(to);
    this.#table.moved(association, before);
  }

  #find(packet: OpeningPacket | PlainPacket, from: Address, now: Millis): Association<C> | DropReason {
    if (packet.type === OPENING_PACKET && packet.destinationId === undefined) return this.#accept(packet, from, now);
    const destinationId = packet.destinationId!;
    const association = this.#table.local(destinationId);
    if (association === undefined) return this.#unknown(destinationId, from, now);
    if (packet.type === PLAIN_PACKET) return association;
    if (association.remoteId === undefined) {
      association.remoteId = packet.sourceId.slice();
      this.#table.learned(association);
    }
    return sameId(association.remoteId, packet.sourceId) ? association : 'unknown-association';
  }

  /** Tells the sender that no association here has this id. */
  #unknown(id: Uint8Array, from: Address, now: Millis): DropReason {
    this.#sendReset(id, from, now);
    return 'unknown-association';
  }

  /** The association that an opening packet without our id belongs to, made if it is new. */
  #accept(packet: OpeningPacket, from: Address, now: Millis): Association<C> | DropReason {
    const id = idText(packet.sourceId);
    const known = this.#table.openedBy(id);
    if (known !== undefined) return known;
    const [hello] = packet.frames;
    if (this.#tombstones.has(id)) return 'late';
    // Older than this endpoint: whoever had the address before may have run what is in it.
    if (hello.ageMs > now - this.#bound) return this.#unknown(packet.sourceId, from, now);
    return this.#full ? 'overload' : this.#open(from, packet.sourceId.slice(), now);
  }

  #receiveReset({ id }: ResetPacket, from: Address, now: Millis): void {
    // Not by address: when both sides opened one at once, there are two with it.
    const association = this.#table.remote(id) ?? this.#table.local(id);
    if (association === undefined || !sameAddress(association.address, from)) {
      return this.#drop('unknown-association', from, id.length);
    }
    this.end(association, now);
  }

  #carryOver(call: OutgoingNativeCall<C>, now: Millis): void {
    const again = !call.sent || (call.delivery === 'idempotent' && this.budget.take());
    if (again && call.deadline > now && !this.#full) {
      const { calls } = this.for(call.call, now);
      if (calls.hasRoom) {
        call.restart(calls);
        return calls.start(call);
      }
    }
    call.on('reset');
    const { outputs } = this.#context;
    if (!call.reliable) return outputs.push({ kind: 'silence', call: call.call });
    const executed = call.sent ? 'unknown' : 'no';
    outputs.push({
      kind: 'failure',
      call: call.call,
      code: 'UNAVAILABLE',
      executed,
      origin: 'local',
      payload: undefined,
    });
  }

  #sendReset(id: Uint8Array, to: Address, now: Millis): void {
    if (now - this.#resetsSince >= 1000) {
      this.#resetsSince = now;
      this.#resets = 0;
    }
    this.#resets += 1;
    if (this.#resets > RESETS_PER_SECOND_MAX) return;
    this.#context.outputs.push({ kind: 'transmit', datagram: encodeReset(id), to, call: undefined, watched: false });
  }

  #drop(reason: DropReason, from: Address, bytes: number): void {
    this.#context.outputs.push({ kind: 'dropped', reason, from, bytes });
  }
}
