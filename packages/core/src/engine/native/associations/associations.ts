import type { Address } from '../../../address.js';
import { RpcError } from '../../../errors.js';
import { ASSOCIATION_IDLE_MS } from '../../../native-limits.js';
import {
  OPENING_PACKET,
  PLAIN_DESTINATION_AT,
  PLAIN_PACKET,
  RESET,
  decodeHeader,
  decodePacketFrames,
  type OpeningFrames,
  type OpeningHeader,
  type PlainHeader,
} from '../../../wire/native/packet.js';
import type { DropReason, Millis, OutgoingCall } from '../../engine.js';
import type { OutgoingNativeCall } from '../messages/outgoing-call.js';
import { Association, type ReceivedPacket } from './association.js';
import type { AssociationContext } from './association-context.js';
import { AssociationTable, idText, sameId } from './association-table.js';
import { Resets } from './resets.js';
import type { RetryBudget } from './retry-budget.js';
import { Tombstones } from './tombstones.js';

type Header = OpeningHeader | PlainHeader;

/** The associations of one endpoint: opens, finds, resets and ends them. docs/protocol.md §5. */
export class Associations<C extends OutgoingCall> {
  readonly #context: AssociationContext<C>;
  readonly #budget: RetryBudget;
  readonly #bound: Millis;
  readonly #table = new AssociationTable<C>();
  readonly #tombstones = new Tombstones(ASSOCIATION_IDLE_MS);
  readonly #resets: Resets<C>;

  constructor(context: AssociationContext<C>, budget: RetryBudget, bound: Millis) {
    this.#context = context;
    this.#budget = budget;
    this.#bound = bound;
    this.#resets = new Resets(context.outputs);
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

  /** The association that a call uses, opened if there is none. @throws RpcError `RESOURCE_EXHAUSTED` */
  openFor(call: C, now: Millis): Association<C> {
    const via = call.via as Association<C> | undefined;
    if (via?.isUsable(now) === true) return via;
    const address = via === undefined ? call.to : via.address;
    const known = this.#table.at(address);
    if (known?.isUsable(now) === true) return known;
    if (!this.#isFull()) return this.#open(address, undefined, now);
    throw new RpcError(
      'RESOURCE_EXHAUSTED',
      `The endpoint that calls has associations with ${this.#context.associationsMax} peers already.`,
    );
  }

  /** Takes a datagram to its association. What cannot be opened and decoded whole changes nothing. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void {
    const bytes = datagram.length;
    const header = decodeHeader(datagram);
    if (typeof header === 'string') return this.#drop(header, from, bytes);
    if (header.type === RESET) return this.#receiveReset(header.id, from, now);
    const known = this.#find(header, datagram, from, now);
    if (typeof known === 'string') return this.#drop(known, from, bytes);
    const number = known === undefined ? header.number : known.transmission.numberOf(header.number);
    const packet = this.#context.seal.open(datagram, number);
    const frames = packet && decodePacketFrames(header, packet);
    if (frames === undefined) return this.#drop('malformed-packet', from, bytes);
    const found = known ?? this.#accept(header as OpeningHeader, frames as unknown as OpeningFrames, from, now);
    if (typeof found === 'string') return this.#drop(found, from, bytes);
    const kind = header.type === OPENING_PACKET ? 'opening' : 'plain';
    const namesUs = header.type === PLAIN_PACKET || header.destinationId !== undefined;
    this.#take(found, header, { kind, number, frames, from, bytes, namesUs }, now);
  }

  /** Ends the association whose first packet could not even be sent; gives the calls that have ended with it. */
  sendRefused(to: Address, now: Millis): C[] {
    const association = this.#table.at(to);
    if (association?.untried !== true) return [];
    const calls = association.messages.calls.takeSent();
    for (const call of calls) call.on('reset');
    if (!association.awaitsPeer) this.end(association, now);
    return calls.map(({ call }) => call);
  }

  /** Ends an association; its calls go on where that can do no harm. */
  end(association: Association<C>, now: Millis): void {
    if (association.ended) return;
    association.end();
    this.#context.timers.remove(association);
    this.#table.remove(association);
    const { accepted, remoteId } = association.introduction;
    if (accepted && remoteId !== undefined) this.#tombstones.add(idText(remoteId), now);
    const { calls } = association.messages;
    const everAnswered = calls.outcomes.answered + calls.outcomes.failed > 0;
    for (const call of calls.takeAll()) this.#carryOver(call, everAnswered, now);
  }

  /** An association leads elsewhere than before. */
  moved(association: Association<C>, before: Address): void {
    this.#table.moved(association, before);
  }

  #isFull(): boolean {
    return this.#table.size + this.#tombstones.size >= this.#context.associationsMax;
  }

  #open(address: Address, remoteId: Uint8Array | undefined, now: Millis): Association<C> {
    const localId = this.#table.drawId(this.#context.random);
    const accepted = remoteId !== undefined;
    const association = new Association<C>(this.#context, { address, localId, remoteId, accepted, now });
    this.#table.add(association);
    return association;
  }

  /** The association that a packet belongs to; undefined if it may open one; a reason if it is to be dropped. */
  #find(header: Header, datagram: Uint8Array, from: Address, now: Millis): Association<C> | DropReason | undefined {
    if (header.type === PLAIN_PACKET) {
      const known = this.#table.local(datagram, PLAIN_DESTINATION_AT);
      return known ?? this.#answerUnknown(header.destinationId, from, now);
    }
    if (header.destinationId === undefined) return this.#findOpened(header);
    const association = this.#table.local(header.destinationId);
    if (association === undefined) return this.#answerUnknown(header.destinationId, from, now);
    const { remoteId } = association.introduction;
    return remoteId === undefined || sameId(remoteId, header.sourceId) ? association : 'unknown-association';
  }

  #findOpened({ sourceId }: OpeningHeader): Association<C> | DropReason | undefined {
    const id = idText(sourceId);
    const known = this.#table.openedBy(id);
    if (known !== undefined) return known;
    return this.#tombstones.has(id) ? 'late' : undefined;
  }

  #take(association: Association<C>, header: Header, packet: ReceivedPacket, now: Millis): void {
    this.#learnId(association, header);
    const before = association.address;
    const receipt = association.receive(packet, now);
    if (association.address !== before) this.moved(association, before);
    if (receipt === 'over') return this.end(association, now);
    if (receipt === 'duplicate') this.#drop('duplicate-packet', packet.from, packet.bytes);
    else this.#context.touch(association);
  }

  /** The first answer says by which id the other side wants to be addressed. */
  #learnId(association: Association<C>, header: Header): void {
    const { introduction } = association;
    if (header.type !== OPENING_PACKET || introduction.remoteId !== undefined) return;
    introduction.remoteId = header.sourceId.slice();
    this.#table.learned(association);
  }

  /** Tells the sender that no association here has this id. */
  #answerUnknown(id: Uint8Array, to: Address, now: Millis): DropReason {
    this.#resets.send(id, to, now);
    return 'unknown-association';
  }

  /** Makes the association that a peer opens. */
  #accept(
    { sourceId }: OpeningHeader,
    [hello]: OpeningFrames,
    from: Address,
    now: Millis,
  ): Association<C> | DropReason {
    // Older than this endpoint: whoever had the address before may have run what is in it.
    if (hello.ageMs > now - this.#bound) return this.#answerUnknown(sourceId, from, now);
    return this.#isFull() ? 'overload' : this.#open(from, sourceId.slice(), now);
  }

  /** From any address: only the two sides know the id. */
  #receiveReset(id: Uint8Array, from: Address, now: Millis): void {
    const association = this.#table.remote(id) ?? this.#table.local(id);
    if (association === undefined) return this.#drop('unknown-association', from, id.length);
    this.end(association, now);
  }

  /** @param everAnswered Whether the association that has ended had answered anything: it had come up then. */
  #carryOver(call: OutgoingNativeCall<C>, everAnswered: boolean, now: Millis): void {
    if (this.#mayGoOn(call, everAnswered) && call.deadline > now && !this.#isFull()) {
      const { calls } = this.openFor(call.call, now).messages;
      if (calls.hasRoom) {
        call.restart(calls);
        return calls.start(call);
      }
    }
    call.on('reset');
    const { outputs } = this.#context;
    if (!call.reliable) return outputs.push({ kind: 'silence', call: call.call });
    const executed = call.everSent ? 'unknown' : 'no';
    const ending = { code: 'UNAVAILABLE', executed, origin: 'local', payload: undefined } as const;
    outputs.push({ kind: 'failure', call: call.call, ...ending });
  }

  /** A peer that has just come up, or has answered since, is no overloaded one: only repeated failures cost tokens. */
  #mayGoOn(call: OutgoingNativeCall<C>, everAnswered: boolean): boolean {
    if (!call.sent) return true;
    if (call.delivery !== 'idempotent') return false;
    return everAnswered || call.restarts === 0 || this.#budget.take();
  }

  #drop(reason: DropReason, from: Address, bytes: number): void {
    this.#context.outputs.push({ kind: 'dropped', reason, from, bytes });
  }
}
