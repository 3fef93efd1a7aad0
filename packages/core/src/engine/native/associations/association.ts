import { sameAddress, type Address } from '../../../address.js';
import type { AckFrame } from '../../../wire/native/frame-types.js';
import { ASSOCIATION_LEFT_USABLE_MS } from '../../../native-limits.js';
import type { Millis, OutgoingCall, PeerStats } from '../../engine.js';
import type { Deadlined } from '../../tables/deadline-heap.js';
import type { Listed } from '../../tables/roster.js';
import { Standing } from '../admission/standing.js';
import { Messages } from '../messages/messages.js';
import type { MessagesOwner } from '../messages/messages-context.js';
import { Path } from '../packets/path.js';
import type { Protection } from '../protection/protection.js';
import { Transmission } from '../packets/transmission.js';
import type { PacketOwner } from '../packets/transmission-parts.js';
import type { AssociationTrace } from '../tracing/association-trace.js';
import type { AssociationContext } from './association-context.js';
import type { AssociationParts, ReceivedPacket } from './association-parts.js';
import { peerStats } from './association-stats.js';
import { nextTimerAt, runTimers, type TimedAssociation } from './association-timers.js';
import { Introduction } from './introduction.js';
import { receiveFrames, type FrameReceiver, type Receipt } from './receive-frames.js';
import { Liveness } from './liveness.js';
import { Silence } from './silence.js';

/** What two endpoints remember of each other: docs/protocol.md §5. Joins the packets to a peer and the messages in them. */
export class Association<C extends OutgoingCall>
  implements Deadlined, Listed, PacketOwner, MessagesOwner, TimedAssociation, FrameReceiver
{
  readonly introduction: Introduction;
  /** Where it was opened to, or from. */
  readonly openedAddress: Address;
  /** Whom it is with: see `PeerSecurity`. */
  readonly peerName: string;
  readonly transmission: Transmission;
  readonly messages: Messages<C>;
  readonly protection: Protection;
  readonly standing: Standing;
  /** What shows a reset by the other side to be genuine, where packets are sealed. */
  remoteResetToken: Uint8Array | undefined;
  ended = false;
  /** Whether it is counted among those whose opener has not proved its address. */
  unproven = false;
  /** Whether it has been idle for so long that nobody needs it any more. */
  expired = false;
  heapIndex = -1;
  rosterIndex = -1;
  deadline: Millis = Infinity;
  readonly #context: AssociationContext<C>;
  readonly #made: Millis;
  /** Made when a call has waited for long, as the next: most peers answer sooner. */
  #liveness: Liveness | undefined;
  #silence: Silence | undefined;
  #duplicatePackets = 0;

  constructor(context: AssociationContext<C>, parts: AssociationParts) {
    const { address, accepted, localId, protection, now } = parts;
    this.#context = context;
    this.#made = now;
    this.openedAddress = address;
    this.peerName = parts.peerName;
    this.protection = protection;
    this.standing = new Standing(accepted ? 'stranger' : 'dialled');
    const { transmission: options, roundTrips, sealing, messageBytesMax, writer, random } = context;
    const resetToken = protection.sealed ? sealing?.resetToken(localId) : undefined;
    this.introduction = new Introduction({ ...parts, messageBytesMax, resetToken, streamsMax: context.streamsMax });
    const path = new Path({
      address,
      validated: !accepted,
      options,
      firstProbeMs: roundTrips.firstProbeMs(address.host),
      random,
    });
    const headers = this.introduction;
    this.transmission = new Transmission({ options, owner: this, headers, path, protection, writer, random });
    this.messages = new Messages(context, this.transmission.queue, this);
  }

  /** Where the peer is now. */
  get address(): Address {
    return this.transmission.path.address;
  }

  get identity(): Uint8Array | undefined {
    return this.protection.identity;
  }

  get sealed(): boolean {
    return this.protection.sealed;
  }

  /** Whether it is there only until somebody else wants its place. */
  get surplus(): boolean {
    return this.standing.surplus;
  }

  get established(): boolean {
    return this.protection.established;
  }

  /** What is told of it; undefined as long as nobody watches. */
  get trace(): AssociationTrace | undefined {
    const { tracing } = this.#context;
    return tracing.on ? tracing.of(this) : undefined;
  }

  get stats(): PeerStats {
    return peerStats(this, this.#duplicatePackets);
  }

  /** Whether no more than one packet was sent, and nothing ever heard. */
  get untried(): boolean {
    return this.transmission.datagrams.sent <= 1 && !this.heard;
  }

  /** Whether we have opened it, and nobody has answered. */
  get untouched(): boolean {
    return !this.introduction.accepted && !this.heard;
  }

  get heard(): boolean {
    return this.transmission.received.largest >= 0;
  }

  get lastHeardAt(): Millis {
    return this.#lastHeard();
  }

  /** Whether calls are under way, of either side. */
  get busy(): boolean {
    return this.awaitsPeer || this.messages.answers.size > 0;
  }

  get awaitsPeer(): boolean {
    return this.messages.calls.size > 0 || this.messages.answersStreams;
  }

  get mayHoldPeerUp(): boolean {
    return this.introduction.mayBeUnproven;
  }

  get answersDueAt(): Millis {
    return this.messages.answers.nextDeadline;
  }

  /** While something is on its way, that is probed for. While nothing may be sent, no probe helps. */
  get livenessAt(): Millis {
    const { transmission, messages } = this;
    if (!this.awaitsPeer || transmission.sent.hurriedSince !== undefined || transmission.blocked) return Infinity;
    return messages.awaitsParts
      ? this.#quietSince() + transmission.path.roundTrip.probeMs
      : Liveness.dueAt(this.#liveness, this.#quietSince());
  }

  /** When calls with streams end if nothing is heard: only once the peer was asked. */
  get silenceAt(): Millis {
    return (this.messages.hasStreams ? this.#silence?.endsAt(this.#lastHeard()) : undefined) ?? Infinity;
  }

  get idleAt(): Millis {
    return this.awaitsPeer ? Infinity : this.#lastHeard() + this.#context.idleMs;
  }

  /** When the first of its timers goes off. */
  get nextWake(): Millis {
    return nextTimerAt(this);
  }

  /** Whether further calls may use it: its numbers are not used up, and the peer has not been quiet for too long. */
  isUsable(now: Millis): boolean {
    const { exhausted, peerLeaves } = this.messages.calls;
    const { usableMs } = this.#context;
    // Who has opened it can be called over nothing else, perhaps.
    const quietMs =
      peerLeaves && !this.introduction.accepted ? Math.min(ASSOCIATION_LEFT_USABLE_MS, usableMs) : usableMs;
    return !this.ended && !exhausted && now < this.#lastHeard() + quietMs;
  }

  receive(packet: ReceivedPacket, now: Millis): Receipt {
    const { kind, number, frames, from, bytes, namesUs } = packet;
    const { transmission } = this;
    const { received, path } = transmission;
    const newest = number > received.largest;
    const isNew = received.add(number, now);
    let there = sameAddress(from, path.address);
    if (!there && newest) {
      path.move(from, this.#context.random, now);
      there = true;
    }
    transmission.arrived(bytes, there);
    if (!isNew) {
      this.#duplicatePackets += 1;
      return 'duplicate';
    }
    this.trace?.received(packet);
    this.introduction.heard(kind, namesUs);
    if (namesUs && there) path.addressed();
    this.messages.calls.peerHeard();
    // What the opener sends before it has heard of us can be a replay.
    const early = this.protection.sealed && this.introduction.accepted && kind === 'opening';
    return receiveFrames(this, frames, early, now);
  }

  /**
   * The peer asks for proof that we receive here, and has taken in nothing so far. False if that is past: each of the packets
   * of a flight may be answered by a retry, and only the first counts until what it led to has had no answer.
   */
  retry(token: Uint8Array): boolean {
    const { introduction, transmission } = this;
    if (!this.untouched) return false;
    if (introduction.retryToken !== undefined && !transmission.probing) return false;
    introduction.retryToken = token;
    transmission.sendAgain();
    return true;
  }

  wake(now: Millis): void {
    runTimers(this, now);
  }

  expireAnswers(now: Millis): void {
    this.messages.answers.expire(now);
  }

  checkLiveness(now: Millis): void {
    const { calls, awaitsParts } = this.messages;
    const verdict = (this.#liveness ??= new Liveness()).review(this.#quietSince(), calls.awaited, now);
    if (!awaitsParts && verdict === 'wait on') return;
    this.transmission.turnBack(now);
    this.asked(now);
    this.ping();
  }

  asked(now: Millis): void {
    (this.#silence ??= new Silence()).asked(this.#lastHeard(), now);
  }

  idle(): void {
    this.expired = true;
  }

  /** Builds and hands out the packets that may go out now; gives whether there were any. */
  flush(now: Millis): boolean {
    const { messages, transmission } = this;
    if (!messages.hasStreams) return transmission.flush(now);
    const built = messages.streams.flush(transmission, now);
    // By what it was sent: where nothing more may be, no timer asks.
    if (transmission.blocked) this.asked(now);
    return built;
  }

  /** Forgets everything but the calls it made, which others take over. */
  end(): void {
    this.ended = true;
    this.#learn();
    this.messages.end();
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

  // Methods, not accessors: V8 calls private accessors by way of its runtime, at many times the cost.
  #lastHeard(): Millis {
    return Math.max(this.#made, this.transmission.received.lastAt);
  }

  #quietSince(): Millis {
    return Math.max(this.#lastHeard(), this.transmission.sent.lastSentAt);
  }

  /** Takes an ACK frame; false if it acknowledges what was never sent. */
  acknowledge(frame: AckFrame, now: Millis): boolean {
    const isFirst = this.transmission.path.roundTrip.smoothedMs === undefined;
    const honest = this.transmission.acknowledge(frame, now);
    if (isFirst) this.#learn();
    return honest;
  }

  #learn(): void {
    const { roundTrip, address } = this.transmission.path;
    if (roundTrip.smoothedMs !== undefined) this.#context.roundTrips.learn(address.host, roundTrip.smoothedMs);
  }
}
