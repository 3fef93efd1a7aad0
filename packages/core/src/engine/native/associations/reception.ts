import type { Address } from '../../../address.js';
import { constantTimeEqual } from '../../../crypto/constant-time-equal.js';
import { CLOSE, RETRY_TOKEN_FEATURE, featureOf, type Frame } from '../../../wire/native/frame-types.js';
import {
  decodeHeader,
  decodePacketFrames,
  isOpening,
  isSealed,
  type OpeningFrames,
} from '../../../wire/native/packet.js';
import {
  PLAIN_DESTINATION_AT,
  RESET,
  RETRY,
  type OpeningHeader,
  type PlainHeader,
  type ResetPacket,
  type RetryPacket,
} from '../../../wire/native/packet-types.js';
import type { DropReason, Millis, OutgoingCall } from '../../engine.js';
import type { AssociationEnding } from '../../trace-events.js';
import type { Admission } from '../admission/admission.js';
import { PLAIN, type Protection } from '../protection/protection.js';
import { NO_NAME } from '../protection/sealing.js';
import type { Association } from './association.js';
import type { AssociationContext } from './association-context.js';
import { idText, sameId } from './association-table.js';
import type { Associations, Newcomer } from './associations.js';
import { keptId } from './kept-ids.js';
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

/** An opening packet that belongs to no association, and where it came from. */
interface Greeting {
  readonly header: OpeningHeader;
  readonly datagram: Uint8Array;
  readonly from: Address;
  readonly now: Millis;
}

/** A packet that has been opened and decoded. */
interface ReadPacket {
  readonly frames: readonly Frame[];
  readonly from: Address;
  /** Bytes of the datagram. */
  readonly bytes: number;
}

/** A stranger whose packet has been read. */
interface Met {
  readonly newcomer: Newcomer;
  readonly frames: OpeningFrames;
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
    this.#resets = new Resets(context.outputs, context.tracing);
  }

  /** What cannot be opened and decoded whole changes nothing. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void {
    const bytes = datagram.length;
    const header = decodeHeader(datagram);
    if (typeof header === 'string') return this.#drop(header, from, bytes);
    const { tracing } = this.#context;
    if (tracing.on) tracing.bare('datagram-received', datagram, from);
    if (header.type === RESET) return this.#receiveReset(header, from, bytes, now);
    if (header.type === RETRY) return this.#receiveRetry(header, from, bytes);
    const known = this.#find(header, datagram, from, now);
    if (typeof known === 'string') return this.#drop(known, from, bytes);
    if (known === undefined) return this.#meet({ header: header as OpeningHeader, datagram, from, now });
    const frames = read(known.protection, header, datagram, known.transmission.numberOf(header.number), now);
    if (typeof frames === 'string') {
      // Somebody who is not whom we called has answered, which says why if nobody answers better.
      if (frames === 'not-authentic' && known.untouched) known.messages.calls.handshakeRefused = true;
      return this.#drop(frames, from, bytes);
    }
    this.#take(known, header, { frames, from, bytes }, now);
  }

  /** The association that a packet belongs to; undefined if it may open one; a reason if it is to be dropped. */
  #find(header: Header, datagram: Uint8Array, from: Address, now: Millis): Association<C> | DropReason | undefined {
    if (!isOpening(header)) {
      const known = this.#associations.table.local(datagram, PLAIN_DESTINATION_AT);
      return known ?? this.#answerUnknown(header, header.destinationId, from, now);
    }
    const { destinationId, sourceId } = header;
    if (destinationId === undefined) return this.#isReflected(header) ? 'not-authentic' : this.#findOpened(sourceId);
    const association = this.#associations.table.local(destinationId);
    if (association === undefined) return this.#answerUnknown(header, destinationId, from, now);
    const { remoteId } = association.introduction;
    return remoteId === undefined || sameId(remoteId, sourceId) ? association : 'unknown-association';
  }

  /**
   * Whether it is an opening packet of our own that somebody sends back: by a shared secret, which both sides know, it would be
   * as good as a peer's. That of an association which has ended is known by its tombstone.
   */
  #isReflected(header: OpeningHeader): boolean {
    if (!isSealed(header) || this.#context.sealing?.credentials.psk === undefined) return false;
    return this.#associations.table.local(header.sourceId) !== undefined;
  }

  #findOpened(sourceId: Uint8Array): Association<C> | DropReason | undefined {
    const id = idText(sourceId);
    const known = this.#associations.table.openedBy(id);
    if (known !== undefined) return known;
    return this.#associations.tombstones.has(id) ? 'late' : undefined;
  }

  #take(association: Association<C>, header: Header, { frames, from, bytes }: ReadPacket, now: Millis): void {
    const associations = this.#associations;
    this.#learnId(association, header);
    const kind = isOpening(header) ? 'opening' : 'plain';
    const namesUs = !isOpening(header) || header.destinationId !== undefined;
    const number = association.transmission.numberOf(header.number);
    const before = association.address;
    const receipt = association.receive({ kind, number, type: header.type, frames, from, bytes, namesUs }, now);
    if (association.address !== before) associations.moved(association, before);
    if (association.standing.address !== association.address && association.transmission.path.validated)
      associations.proved(association, now);
    if (receipt === 'over') return associations.end(association, endingBy(frames), now);
    if (receipt === 'duplicate') this.#drop('duplicate-packet', from, bytes);
    else this.#context.touch(association);
  }

  /** The first answer says by which id the other side wants to be addressed. */
  #learnId(association: Association<C>, header: Header): void {
    const { introduction } = association;
    if (introduction.remoteId !== undefined || !isOpening(header)) return;
    introduction.remoteId = keptId(header.sourceId);
    this.#associations.table.learned(association);
  }

  /** Tells the sender that no association here has this id, unless it does not even speak our language. */
  #answerUnknown(header: Header, id: Uint8Array, to: Address, now: Millis): DropReason {
    const { sealing } = this.#context;
    if (isSealed(header)) this.#resets.send(id, to, now, sealing?.resetToken(id));
    else if (sealing?.credentials.allowPlain === false) return 'not-authentic';
    else this.#resets.send(id, to, now);
    return 'unknown-association';
  }

  /** Makes the association that a peer opens, if it may, and if no other engine is there for that. */
  #meet(greeting: Greeting): void {
    const { header, datagram, from, now } = greeting;
    const { share, outputs } = this.#context;
    if (share?.retired === true) return outputs.push({ kind: 'stray', datagram, from });
    const bytes = datagram.length;
    const met = isSealed(header) ? this.#meetSealed(greeting) : this.#meetPlain(greeting);
    if (typeof met === 'string') return this.#drop(met, from, bytes);
    const association = this.#associations.accept(met.newcomer);
    if (association === undefined) return this.#drop('overload', from, bytes);
    this.#take(association, header, { frames: met.frames, from, bytes }, now);
  }

  #meetPlain({ header, datagram, from, now }: Greeting): Met | DropReason {
    if (this.#context.sealing?.credentials.allowPlain === false) return 'not-authentic';
    const frames = read(PLAIN, header, datagram, header.number, now);
    if (typeof frames === 'string') return frames;
    const [hello] = frames as OpeningFrames;
    const { sourceId } = header;
    if (this.#isOlder(hello.ageMs, now)) return this.#answerUnknown(header, sourceId, from, now);
    const token = featureOf(hello, RETRY_TOKEN_FEATURE);
    const verdict = this.#admission.admit({ sourceId, token, from, bytes: datagram.length }, now);
    if (verdict === 'retry' || verdict === 'overload') return verdict;
    const known = { address: from, remoteId: keptId(sourceId), addressProven: verdict === 'proven', now };
    return { newcomer: { ...known, protection: PLAIN, peerName: NO_NAME }, frames: frames as OpeningFrames };
  }

  /** As of one that is not sealed, but the address is asked for first: reading a handshake costs more than all the rest. */
  #meetSealed({ header, datagram, from, now }: Greeting): Met | DropReason {
    const { sourceId, sealed } = header;
    const { token, handshake } = sealed!;
    const bytes = datagram.length;
    const verdict = this.#admission.admit({ sourceId, token, from, bytes }, now);
    if (verdict === 'retry' || verdict === 'overload') return verdict;
    const { sealing } = this.#context;
    const protection = sealing?.acceptor(handshake, now);
    if (sealing === undefined || protection === undefined) {
      // No secret: whoever dialled the wrong one hears why nobody answers, and can wait on for who answers better.
      this.#resets.send(sourceId, from, now);
      return 'not-authentic';
    }
    const frames = read(protection, header, datagram, header.number, now);
    if (typeof frames === 'string') return frames;
    const [hello] = frames as OpeningFrames;
    const known = { address: from, remoteId: keptId(sourceId), addressProven: verdict === 'proven', now };
    const newcomer = { ...known, protection, peerName: sealing.nameOf(protection) };
    if (!this.#isOlder(hello.ageMs, now)) return { newcomer, frames: frames as OpeningFrames };
    this.#associations.turnAway(newcomer, bytes);
    return 'unknown-association';
  }

  /** Older than this endpoint: whoever had the address before may have run what is in it. */
  #isOlder(ageMs: Millis, now: Millis): boolean {
    return ageMs > now - this.#bound;
  }

  /** From any address: only the two sides know the id, and where packets are sealed, what shows that the reset is genuine. */
  #receiveReset({ id, token }: ResetPacket, from: Address, bytes: number, now: Millis): void {
    const { table } = this.#associations;
    const association = table.remote(id) ?? table.local(id);
    if (association === undefined) return this.#drop('unknown-association', from, bytes);
    if (!association.protection.sealed || isTokenOf(association, token))
      return this.#associations.end(association, 'reset', now);
    // It may be forged, so it ends nothing: it only says why, if nobody answers better.
    if (token === undefined && association.untouched) association.messages.calls.handshakeRefused = true;
    else this.#drop('not-authentic', from, bytes);
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

/** Opens and decodes a packet; gives a reason if that cannot be done. */
function read(
  protection: Protection,
  header: Header,
  datagram: Uint8Array,
  number: number,
  now: Millis,
): readonly Frame[] | DropReason {
  if (isSealed(header) !== protection.sealed) return 'not-authentic';
  const packet = protection.open(header, datagram, number, now);
  if (packet === undefined) return 'not-authentic';
  return decodePacketFrames(header, packet) ?? 'malformed-packet';
}

function isTokenOf<C extends OutgoingCall>(
  { remoteResetToken }: Association<C>,
  token: Uint8Array | undefined,
): boolean {
  return token !== undefined && remoteResetToken !== undefined && constantTimeEqual(remoteResetToken, token);
}

/** Why an association ends with a packet. */
function endingBy(frames: readonly Frame[]): AssociationEnding {
  return frames.some(({ type }) => type === CLOSE) ? 'closed-by-peer' : 'rule-broken';
}
