import { FLUSH_BYTES, PINGS_REMEMBERED_MAX, PROBES_UNTIL_PERSISTENT, PROBE_PACKETS } from '../../../native-limits.js';
import type { AckFrame } from '../../../wire/native/frame-types.js';
import { expandAckRanges, expandPacketNumber } from '../../../wire/native/packet-number.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { Item } from './item.js';
import { PacketBuilder, type PacketBuilderParts, type PacketHeaders } from './packet-builder.js';
import type { LostPacket } from './lost-packets.js';
import type { Path } from './path.js';
import { Probes } from './probes.js';
import { ReceivedPackets } from './received-packets.js';
import type { Protection } from '../protection/protection.js';
import { SendQueue } from './send-queue.js';
import type { SentPacket } from './sent-packet.js';
import { SentPackets, type PacketFates } from './sent-packets.js';
import type { PacketOwner, TransmissionParts } from './transmission-parts.js';

/**
 * Reliable packets to one peer: numbers, acknowledgements, loss and probes, over a {@link Path}. It knows items, not what
 * they mean.
 */
export class Transmission implements PacketFates, PacketBuilderParts {
  readonly queue = new SendQueue();
  readonly received = new ReceivedPackets();
  readonly sent: SentPackets;
  readonly path: Path;
  /** Whether the last flush built as much as one builds, so that there may be more. */
  leftOff = false;
  /** Packets whose items went out again. */
  retransmitted = 0;
  readonly datagrams = { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0 };
  readonly headers: PacketHeaders;
  readonly protection: Protection;
  readonly writer: Writer;
  readonly probes: Probes;
  readonly owner: PacketOwner;
  readonly #builder: PacketBuilder;

  constructor({ options, owner, headers, path, protection, writer, random }: TransmissionParts) {
    this.path = path;
    this.headers = headers;
    this.protection = protection;
    this.writer = writer;
    this.owner = owner;
    this.sent = new SentPackets(options.firstPacketNumber);
    this.probes = new Probes(random);
    this.#builder = new PacketBuilder(this);
  }

  /** The number of a packet that came, of which its header has the low 32 bits. */
  numberOf(low: number): number {
    return expandPacketNumber(low, this.received.largest + 1);
  }

  /** Counts a packet from the peer; bytes from its address allow more to be sent before that is validated. */
  arrived(bytes: number, fromItsAddress: boolean): void {
    this.datagrams.received += 1;
    this.datagrams.bytesReceived += bytes;
    if (fromItsAddress) this.path.received(bytes);
  }

  /** Whether nothing may be sent until the peer has sent more: only a packet from it can change that, no timer. */
  get blocked(): boolean {
    return this.#heldUp() && !this.path.canTurnBack;
  }

  /** When an acknowledgement must go out alone. `flush` sends it. */
  get acknowledgeAt(): Millis {
    return this.#heldUp() ? Infinity : this.received.dueAt;
  }

  /** When the next packet may go out that the pace holds up. `flush` sends it. */
  get paceAt(): Millis {
    return this.queue.hasWork ? this.path.congestion.pacedUntil : Infinity;
  }

  /** When the oldest packet is lost because later ones have arrived. */
  get lossAt(): Millis {
    return this.sent.lossAt;
  }

  /** Whether it has been probed since something of it was heard. */
  get probing(): boolean {
    return this.probes.unanswered > 0;
  }

  /** How often it has. */
  get unansweredProbes(): number {
    return this.probes.unanswered;
  }

  /** When the peer is to be probed. */
  get probeAt(): Millis {
    if (this.blocked) return Infinity;
    const since = this.sent.hurriedSince ?? this.#heldUpSince();
    return since === undefined ? Infinity : this.probes.dueAt(since, this.path.roundTrip);
  }

  /** Sends a packet that wants to be acknowledged, even if there is nothing else to send. */
  ping(): void {
    this.#builder.pingWanted = true;
  }

  /**
   * Goes back to where the peer is proven to have been, if it can be asked for no proof any more where it is, or gives none: it
   * may never have been there. RFC 9000 §9.3.2.
   */
  turnBack(now: Millis): void {
    const { path } = this;
    if (path.validated) return;
    if (this.#heldUp() || this.probes.unanswered >= PROBES_UNTIL_PERSISTENT) path.turnBack(now);
  }

  /** Takes an ACK frame; false if it acknowledges what was never sent. */
  acknowledge(frame: AckFrame, now: Millis): boolean {
    const ranges = expandAckRanges(frame, this.sent.nextNumber);
    if (ranges === undefined) return false;
    const newest = this.sent.get(ranges[0]!.end);
    const largestBefore = this.sent.largestAcknowledged;
    const acknowledged = this.sent.acknowledge(ranges, now, this.#fates());
    if (acknowledged === undefined) return false;
    // One that asked for no acknowledgement shows as well what before it is lost, and that the peer hears us.
    if (acknowledged === 0 && this.sent.largestAcknowledged === largestBefore) return true;
    // Of the packet with the largest number, if it is acknowledged for the first time: RFC 9002 §5.1.
    if (newest !== undefined) this.path.measured(newest, frame.delayMicros / 1000, now);
    this.probes.end();
    this.detectLoss(now);
    this.path.congestion.acknowledged(now);
    return true;
  }

  /** Declares packets lost whose time is over. */
  detectLoss(now: Millis): void {
    if (!this.sent.settled) this.sent.takeLost(now, this.path.reordering, this.#fates());
  }

  /** Sends a last word. */
  sayClose(now: Millis): void {
    const datagram = this.#builder.buildClose(now);
    if (datagram !== undefined) this.owner.transmit(datagram, false);
  }

  /**
   * Builds the packets that may and should go out now; gives whether there were any. Of many it builds some, and
   * {@link leftOff} says so.
   */
  flush(now: Millis): boolean {
    const { path, queue, received } = this;
    this.#forgetUnwanted();
    queue.prune();
    let built = false;
    const enoughBytes = this.datagrams.bytesSent + FLUSH_BYTES;
    for (;;) {
      this.leftOff = this.datagrams.bytesSent >= enoughBytes;
      if (this.leftOff) return built;
      if (!queue.hasWork && path.congestion.isOpen) path.congestion.idle();
      const carriesItems = queue.hasWork && this.#maySend(now);
      const wanted = carriesItems || received.dueAt <= now || this.#builder.pingWanted || path.hasFrames;
      const datagram = wanted ? this.#builder.build(carriesItems, now) : undefined;
      if (datagram === undefined) return built;
      built = true;
      this.#transmit(datagram);
      // What is there needs more room than the peer's address allows as yet.
      if (this.#builder.lacksRoom) return built;
    }
  }

  /**
   * Whether something new that comes now leaves at once and is new when it arrives. Where others fill the window, packets leave
   * one after the other, and the next but one can take it.
   */
  mayTake(now: Millis): boolean {
    if (this.queue.hasWork) return this.sent.lastSentAt === now;
    const { congestion } = this.path;
    return congestion.maySend(now) && congestion.isFresh(this.sent.size);
  }

  packetArrived(packet: SentPacket, now: Millis): void {
    this.path.arrived(packet, now);
    if (packet.ackLargest >= 0) this.received.confirmed(packet.ackLargest);
    this.protection.acknowledged(packet.number);
    for (const item of packet.items) {
      item.copies -= 1;
      item.acknowledged(now);
    }
  }

  packetArrivedLate(packet: LostPacket, now: Millis): void {
    this.path.arrivedLate(packet, now);
  }

  packetLost(packet: SentPacket, now: Millis): void {
    this.path.lost(packet, now);
    if (packet.ackLargest >= 0) this.received.repeat();
    for (const item of packet.items) {
      item.copies -= 1;
      if (item.copies > 0) continue;
      if (item.lost()) {
        this.retransmitted += 1;
        this.queue.pushLost(item);
      } else {
        item.givenUp?.();
      }
    }
  }

  /** Sends what has not been acknowledged again, or a PING, and asks for an acknowledgement: RFC 9002 §6.2.4. */
  probe(now: Millis): void {
    this.turnBack(now);
    const waiting = this.sent.oldest(Infinity);
    const worthwhile = waiting.filter(({ items }) => items.some((item) => item.wanted && item.lost()));
    this.queue.prune();
    const wanted = worthwhile.length > 0 || this.queue.hasWork || this.owner.awaitsPeer;
    if (!wanted && this.probes.unanswered > 0) return this.#giveUp();
    if (worthwhile.length === 0 && waiting.length >= PINGS_REMEMBERED_MAX) this.#forgetAll();
    this.probes.begin(this.path.roundTrip);
    if (this.probes.unanswered === PROBES_UNTIL_PERSISTENT) this.path.congestion.collapse(now);
    // What the peer sent may be waiting for an acknowledgement that was lost with this.
    this.received.repeat();
    for (const { items } of worthwhile.slice(0, PROBE_PACKETS)) {
      for (const item of items) {
        if (!item.lost()) continue;
        this.retransmitted += 1;
        this.queue.pushLost(item);
      }
    }
    if (!this.queue.hasWork) this.ping();
  }

  /** Sends what is on its way once more, for the peer has taken in nothing of it. That is no loss, and no probe. */
  sendAgain(): void {
    this.#forgetAll((item) => {
      if (item.copies > 0) return;
      if (item.wanted) this.queue.pushLost(item);
      else item.givenUp?.();
    });
    this.probes.end();
    if (!this.queue.hasWork) this.ping();
  }

  /** Who hears of what becomes of packets: whoever watches, and this. */
  #fates(): PacketFates {
    return this.owner.trace?.watching(this) ?? this;
  }

  #transmit(datagram: Uint8Array): void {
    this.datagrams.sent += 1;
    this.datagrams.bytesSent += datagram.length;
    this.path.sent(datagram.length);
    // While the peer is heard, the system's refusal of a packet is a loss like any other.
    this.owner.transmit(datagram, this.probes.unanswered > 0 || this.received.largest < 0);
  }

  /** Since when the peer may be held up by what it may send, while nothing of ours waits for it: RFC 9002 §6.2.2.1. */
  #heldUpSince(): Millis | undefined {
    const { mayHoldPeerUp, awaitsPeer } = this.owner;
    return mayHoldPeerUp && awaitsPeer ? Math.max(this.sent.lastSentAt, this.received.lastAt) : undefined;
  }

  /** Whether nothing may be sent to where the peer is. */
  #heldUp(): boolean {
    return !this.path.validated && this.path.allowanceBytes < this.#builder.leastBytes;
  }

  // A method, not an accessor: V8 calls private accessors by way of its runtime, at many times the cost.
  #maySend(now: Millis): boolean {
    return this.probes.packetsLeft > 0 || this.path.congestion.maySend(now);
  }

  /** Once nobody wants what was sent in no hurry, it is not worth remembering. */
  #forgetUnwanted(): void {
    if (this.sent.later === 0 || this.sent.hurriedSince !== undefined) return;
    if (!this.sent.first!.items.some((item) => item.wanted)) this.#giveUp();
  }

  /** Nobody wants anything of what is on its way: it is not worth another probe. */
  #giveUp(): void {
    this.#forgetAll();
    this.probes.end();
  }

  /** Forgets all that is on its way; `each` hears of what that carried. */
  #forgetAll(each?: (item: Item) => void): void {
    this.sent.takeAll((packet) => {
      this.path.forgotten(packet);
      for (const item of packet.items) {
        item.copies -= 1;
        each?.(item);
      }
    });
  }
}
