import type { Address } from '../../../address.js';
import type { Frame } from '../../../wire/native/frame-types.js';
import {
  OPENING_PACKET,
  PLAIN_DESTINATION_AT,
  PLAIN_PACKET,
  RESET,
  RETRY,
  decodeHeader,
  decodePacketFrames,
  type OpeningFrames,
  type OpeningHeader,
  type PlainHeader,
  type RetryPacket,
} from '../../../wire/native/packet.js';
import type { DropReason, Millis, OutgoingCall } from '../../engine.js';
import type { Admission, Stranger } from '../admission/admission.js';
import type { Association, ReceivedPacket } from './association.js';
import type { AssociationContext } from './association-context.js';
import { idText, sameId } from './association-table.js';
import type { Associations } from './associations.js';
import { Resets } from './resets.js';

type Header = OpeningHeader | PlainHeader;

/** What a {@link Reception} works with. */
export interface ReceptionParts<C extends OutgoingCall> {
  readonly context: AssociationContext<C>;
  readonly associations: Associations<C>;
  readonly admission: Admission<C>;
  /** When the endpoint was bound. */
  readonly bound: Millis;
}

/** Takes datagrams to their associations, or answers those that belong to none: docs/protocol.md §5.2. */
export class Reception<C extends OutgoingCall> {
  readonly #context: AssociationContext<C>;
  readonly #associations: Associations<C>;
  readonly #admission: Admission<C>;
  readonly #bound: Millis;
  readonly #resets: Resets<C>;

  constructor({ context, associations, admission, bound }: ReceptionParts<C>) {
    this.#context = context;
    this.#associations = associations;
    this.#admission = admission;
    this.#bound = bound;
    this.#resets = new Resets(context.outputs);
  }

  /** What cannot be opened and decoded whole changes nothing. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void {
    const bytes = datagram.length;
    const header = decodeHeader(datagram);
    if (typeof header === 'string') return this.#drop(header, from, bytes);
    if (header.type === RESET) return this.#receiveReset(header.id, from, now);
    if (header.type === RETRY) return this.#receiveRetry(header, from, bytes);
    const known = this.#find(header, datagram, from, now);
    if (typeof known === 'string') return this.#drop(known, from, bytes);
    const number = known === undefined ? header.number : known.transmission.numberOf(header.number);
    const packet = this.#context.seal.open(datagram, number);
    const frames = packet && decodePacketFrames(header, packet);
    if (frames === undefined) return this.#drop('malformed-packet', from, bytes);
    const found = known ?? this.#accept(strangerOf(header as OpeningHeader, frames, from, bytes), now);
    if (typeof found === 'string') return this.#drop(found, from, bytes);
    const kind = header.type === OPENING_PACKET ? 'opening' : 'plain';
    const namesUs = header.type === PLAIN_PACKET || header.destinationId !== undefined;
    this.#take(found, header, { kind, number, frames, from, bytes, namesUs }, now);
  }

  /** The association that a packet belongs to; undefined if it may open one; a reason if it is to be dropped. */
  #find(header: Header, datagram: Uint8Array, from: Address, now: Millis): Association<C> | DropReason | undefined {
    if (header.type === PLAIN_PACKET) {
      const known = this.#associations.table.local(datagram, PLAIN_DESTINATION_AT);
      return known ?? this.#answerUnknown(header.destinationId, from, now);
    }
    if (header.destinationId === undefined) return this.#findOpened(header);
    const association = this.#associations.table.local(header.destinationId);
    if (association === undefined) return this.#answerUnknown(header.destinationId, from, now);
    const { remoteId } = association.introduction;
    return remoteId === undefined || sameId(remoteId, header.sourceId) ? association : 'unknown-association';
  }

  #findOpened({ sourceId }: OpeningHeader): Association<C> | DropReason | undefined {
    const id = idText(sourceId);
    const known = this.#associations.table.openedBy(id);
    if (known !== undefined) return known;
    return this.#associations.tombstones.has(id) ? 'late' : undefined;
  }

  #take(association: Association<C>, header: Header, packet: ReceivedPacket, now: Millis): void {
    const associations = this.#associations;
    this.#learnId(association, header);
    const before = association.address;
    const receipt = association.receive(packet, now);
    if (association.address !== before) associations.moved(association, before);
    if (association.unproven && association.transmission.path.validated) associations.settle(association);
    if (receipt === 'over') return associations.end(association, now);
    if (receipt === 'duplicate') this.#drop('duplicate-packet', packet.from, packet.bytes);
    else this.#context.touch(association);
  }

  /** The first answer says by which id the other side wants to be addressed. */
  #learnId(association: Association<C>, header: Header): void {
    const { introduction } = association;
    if (header.type !== OPENING_PACKET || introduction.remoteId !== undefined) return;
    introduction.remoteId = header.sourceId.slice();
    this.#associations.table.learned(association);
  }

  /** Tells the sender that no association here has this id. */
  #answerUnknown(id: Uint8Array, to: Address, now: Millis): DropReason {
    this.#resets.send(id, to, now);
    return 'unknown-association';
  }

  /** Makes the association that a peer opens. */
  #accept(stranger: Stranger, now: Millis): Association<C> | DropReason {
    const { sourceId, hello, from } = stranger;
    // Older than this endpoint: whoever had the address before may have run what is in it.
    if (hello.ageMs > now - this.#bound) return this.#answerUnknown(sourceId, from, now);
    const verdict = this.#admission.review(stranger, now);
    if (verdict === 'retry') return 'retry';
    return this.#associations.accept(from, sourceId.slice(), verdict, now) ?? 'overload';
  }

  /** From any address: only the two sides know the id. */
  #receiveReset(id: Uint8Array, from: Address, now: Millis): void {
    const association = this.#associations.table.remote(id) ?? this.#associations.table.local(id);
    if (association === undefined) return this.#drop('unknown-association', from, id.length);
    this.#associations.end(association, now);
  }

  /** From any address, as a reset: only who has heard our first packet knows the id. */
  #receiveRetry({ id, token }: RetryPacket, from: Address, bytes: number): void {
    const association = this.#associations.table.local(id);
    if (association === undefined) return this.#drop('unknown-association', from, bytes);
    if (!association.retry(token.slice())) return this.#drop('late', from, bytes);
    this.#context.touch(association);
  }

  #drop(reason: DropReason, from: Address, bytes: number): void {
    this.#context.outputs.push({ kind: 'dropped', reason, from, bytes });
  }
}

/** The sender of an opening packet that belongs to no association. */
function strangerOf({ sourceId }: OpeningHeader, frames: readonly Frame[], from: Address, bytes: number): Stranger {
  const [hello] = frames as unknown as OpeningFrames;
  return { sourceId, hello, from, bytes };
}
