import type { Address } from '../../../address.js';
import {
  CALLS_IN_FLIGHT_MAX,
  LIVENESS_PROBE_MS,
  METADATA_BYTES_MAX,
  REASSEMBLY_MESSAGES,
  PACKET_NUMBER_LAST,
} from '../../../limits.js';
import {
  ACK,
  LATER,
  CALL,
  CANCEL,
  CLOSE,
  FAILURE,
  HELLO,
  PART,
  PING,
  RESULT,
  callBytesMax,
  decodeMessage,
  writeHello,
  type Frame,
  type PartFrame,
} from '../../../wire/native/frames.js';
import { writeOpeningHeader, writePlainHeader } from '../../../wire/native/packet.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Deadlined } from '../../tables/deadline-heap.js';
import type { Listed } from '../../tables/roster.js';
import type { Millis, OutgoingCall, PeerStats } from '../../engine.js';
import type { AssociationContext, SidesOwner } from '../messages/messages-context.js';
import { CalleeSide } from '../messages/callee-side.js';
import { CallerSide } from '../messages/caller-side.js';
import { REFUSED_PARTS } from '../messages/part-refusals.js';
import { Reassembly, type PartRefusal } from '../messages/reassembly.js';
import { Transmission, type PacketOwner } from '../packets/transmission.js';

/** What an association was made from. */
export interface AssociationParts {
  readonly address: Address;
  readonly localId: Uint8Array;
  /** Undefined while the other side has not answered. */
  readonly remoteId: Uint8Array | undefined;
  /** Whether the other side opened it. */
  readonly accepted: boolean;
  readonly now: Millis;
}

/**
 * What two endpoints remember of each other: docs/protocol.md §5. Takes packets apart and hands their frames to the parts
 * that know what to do; builds packets from what those parts want to send.
 */
export class Association<C extends OutgoingCall> implements Deadlined, Listed, PacketOwner, SidesOwner {
  address: Address;
  remoteId: Uint8Array | undefined;
  readonly localId: Uint8Array;
  readonly accepted: boolean;
  readonly transmission: Transmission;
  readonly calls: CallerSide<C>;
  readonly answers: CalleeSide<C>;
  ended = false;
  heapIndex = -1;
  /** Its place among those that something has happened to. */
  rosterIndex = -1;
  deadline: Millis = Infinity;
  readonly #context: AssociationContext<C>;
  readonly #reassembly: Reassembly;
  readonly #opened: Millis;
  /** Whether the other side has shown that it knows our id. */
  #knownThere = false;
  #lastHeard: Millis;
  /** Whether it has a new address that is not proven yet. */
  #moving = false;
  #duplicatePackets = 0;

  constructor(context: AssociationContext<C>, parts: AssociationParts) {
    this.#context = context;
    this.address = parts.address;
    this.localId = parts.localId;
    this.remoteId = parts.remoteId;
    this.accepted = parts.accepted;
    this.#opened = parts.now;
    this.#lastHeard = parts.now;
    this.transmission = new Transmission(context.transmission, context.random);
    this.transmission.validation.validated = !parts.accepted;
    const { queue } = this.transmission;
    this.calls = new CallerSide(context, queue, this);
    this.answers = new CalleeSide(context, queue, this);
    const { messageBytesMax, reassemblyBudget } = context;
    const frameBytesMax = callBytesMax(messageBytesMax, METADATA_BYTES_MAX);
    this.#reassembly = new Reassembly(frameBytesMax, REASSEMBLY_MESSAGES * frameBytesMax, reassemblyBudget);
  }

  get stats(): PeerStats {
    const { transmission, calls, answers } = this;
    return {
      address: this.address,
      calls: { ...calls.outcomes, pending: calls.size, queued: calls.queued },
      requests: answers.size,
      datagrams: { ...transmission.datagrams },
      retransmitted: transmission.retransmitted,
      duplicates: this.#duplicatePackets + answers.duplicates,
      roundTripMs: transmission.roundTrip.smoothedMs,
      windowBytes: Math.floor(transmission.window.windowBytes),
      inFlightBytes: transmission.window.inFlightBytes,
      reassemblyBytes: this.#reassembly.bytes,
    };
  }

  /** Whether its call numbers or its packet numbers are used up: further calls need another. */
  get exhausted(): boolean {
    return this.calls.exhausted || this.transmission.sent.nextNumber > PACKET_NUMBER_LAST;
  }

  /** Whether no more than one packet was sent, and nothing ever heard. */
  get untried(): boolean {
    return this.transmission.sent.nextNumber <= 1 && !this.heard;
  }

  get heard(): boolean {
    return this.transmission.received.largest >= 0;
  }

  /** When `wake` is next due. */
  get nextWake(): Millis {
    const { transmission, answers } = this;
    if (this.calls.size === 0) {
      return Math.min(transmission.nextWake, answers.nextDeadline, this.#lastHeard + this.#context.idleMs);
    }
    // While nothing may be sent, no probe helps.
    if (transmission.blocked) return answers.nextDeadline;
    const last = Math.max(this.#lastHeard, transmission.sent.lastSentAt);
    return Math.min(transmission.nextWake, answers.nextDeadline, last + LIVENESS_PROBE_MS);
  }

  /** Whether it may be forgotten. Reckoned as its timer is, so that rounding cannot make that come too early for ever. */
  isIdle(now: Millis): boolean {
    return this.calls.size === 0 && now >= this.#lastHeard + this.#context.idleMs;
  }

  /** Whether a packet with this number is newer than all that came. */
  isNewest(number: number): boolean {
    return number > this.transmission.received.largest;
  }

  /** The other side has addressed us by our id: it knows it, and if it did so from its address, it hears there. */
  addressed(there: boolean): void {
    this.#knownThere = true;
    if (there) this.transmission.validation.validated ||= !this.#moving;
  }

  /** The other side has another address. */
  move(to: Address): void {
    this.address = to;
    this.#moving = true;
    this.transmission.moved();
  }

  /**
   * Takes the frames of a packet. False if the other side breaks the rules, so that the association must end; `'duplicate'`
   * if the packet was had before.
   */
  receive(number: number, frames: readonly Frame[], bytes: number, now: Millis): boolean | 'duplicate' {
    this.transmission.arrived(bytes);
    if (!this.transmission.received.add(number, now)) {
      this.#duplicatePackets += 1;
      return 'duplicate';
    }
    this.#lastHeard = now;
    this.calls.peerHeard();
    let eliciting = false;
    let later = false;
    for (const frame of frames) {
      if (frame.type === LATER) later = true;
      else eliciting ||= frame.type !== ACK && frame.type !== HELLO && frame.type !== CLOSE;
      if (!this.#receiveFrame(frame, now)) return false;
    }
    const { received } = this.transmission;
    if (later) received.elicitedLater();
    else if (eliciting) received.elicited(now);
    else received.notElicited();
    return !this.answers.overflowing;
  }

  wake(now: Millis): void {
    this.answers.expire(now);
    this.transmission.wake(now);
    const quietSince = Math.max(this.#lastHeard, this.transmission.sent.lastSentAt);
    if (this.calls.size > 0 && now >= quietSince + LIVENESS_PROBE_MS) this.transmission.ping();
  }

  /** Builds and hands out the packets that may go out now; gives whether there were any. */
  flush(now: Millis): boolean {
    return this.transmission.flush(now, this.#context.writer, this);
  }

  /** Sends a last word. */
  sayClose(now: Millis): void {
    const { writer } = this.#context;
    writer.begin();
    this.writeHeader(writer, this.transmission.sent.nextNumber, now);
    writer.uint8(CLOSE);
    if (!this.transmission.allows(writer.length)) return;
    this.transmission.sent.leaveOut(1);
    this.transmit(writer.take(), false);
  }

  /** Forgets everything but the calls it made, which the engine takes over. */
  end(): void {
    this.ended = true;
    this.answers.giveUpAll();
    this.#reassembly.forgetAll();
  }

  transmit(datagram: Uint8Array, watched: boolean): void {
    this.#context.outputs.push({ kind: 'transmit', datagram, to: this.address, call: undefined, watched });
  }

  touch(): void {
    this.#context.touch(this);
  }

  ping(): void {
    this.transmission.ping();
  }

  forgetReply(number: number): void {
    this.#reassembly.forget(2 * number + 1);
  }

  writeHeader(writer: Writer, number: number, now: Millis): void {
    const { remoteId } = this;
    if (remoteId !== undefined && this.#knownThere) return writePlainHeader(writer, remoteId, number);
    writeOpeningHeader(writer, this.localId, remoteId, number);
    writeHello(writer, {
      ageMs: Math.min(Math.floor(now - this.#opened), 0x3fffffff),
      messageBytesMax: this.#context.messageBytesMax,
      callsMax: CALLS_IN_FLIGHT_MAX,
    });
  }

  /** False if the frame breaks the rules. */
  #receiveFrame(frame: Frame, now: Millis): boolean {
    switch (frame.type) {
      case ACK:
        return this.#acknowledge(frame, now);
      case HELLO:
        this.calls.limit(frame.callsMax);
        return true;
      case CALL:
        this.answers.call(frame, this.transmission.received.place, now);
        return true;
      case RESULT:
      case FAILURE:
        this.calls.replied(frame);
        return true;
      case PART:
        this.#part(frame, now);
        return true;
      case CANCEL:
        this.#reassembly.forget(2 * frame.number);
        this.answers.cancel(frame.number);
        return true;
      default:
        return frame.type === PING || frame.type === LATER;
    }
  }

  #acknowledge(frame: Extract<Frame, { type: typeof ACK }>, now: Millis): boolean {
    const honest = this.transmission.acknowledge(frame, now);
    if (this.transmission.validation.validated) this.#moving = false;
    return honest;
  }

  #part(part: PartFrame, now: Millis): void {
    const { number, side } = part;
    const unwanted = side === 0 ? this.answers.hasHad(number) : this.calls.find(number) === undefined;
    if (unwanted) return;
    const message = this.#reassembly.add(2 * number + side, part, now);
    if (message === undefined) return;
    if (typeof message === 'string') return this.#refusePart(part, message, now);
    const frame = decodeMessage(message);
    if (frame?.number !== number || (frame.type === CALL) !== (side === 0)) {
      this.#refusePart(part, 'contradiction', now);
    } else if (frame.type === CALL) {
      this.answers.call(frame, undefined, now);
    } else {
      this.calls.replied(frame);
    }
  }

  #refusePart({ number, side }: PartFrame, refusal: PartRefusal, now: Millis): void {
    this.#reassembly.forget(2 * number + side);
    const code = REFUSED_PARTS[refusal];
    if (side === 0) return this.answers.refuseUnread(number, code, now);
    this.calls.refuseReply(number, code);
  }
}
