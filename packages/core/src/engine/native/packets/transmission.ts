import { NO_FEEDBACK_PROBE_MS, PROBES_UNTIL_PERSISTENT, PROBE_JITTER, PROBE_PACKETS } from '../../../limits.js';
import { LATER, ACK_RANGES_MAX, PING, ackBytesMax, writeAck, type AckFrame } from '../../../wire/native/frames.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Millis, RandomBytes } from '../../engine.js';
import { AddressValidation } from './address-validation.js';
import { CongestionWindow } from './congestion-window.js';
import type { Item } from './item.js';
import { ReceivedPackets } from './received-packets.js';
import { RoundTrip } from './round-trip.js';
import { SendQueue } from './send-queue.js';
import { SentPackets, type PacketFates, type SentPacket } from './sent-packets.js';

const NO_ITEMS: Item[] = [];

/** The longest delay of an acknowledgement that an ACK frame tells; a longer one is told as this. */
const DELAY_TOLD_MS_MAX: Millis = 1_000;

/** Who packets are built for. */
export interface PacketOwner {
  /** Writes the header of the next packet, and HELLO where it belongs. */
  writeHeader(writer: Writer, number: number, now: Millis): void;
  /** Sends a packet that has been built; `watched` says whether it may matter that the system refuses it. */
  transmit(datagram: Uint8Array, watched: boolean): void;
}

/** What a {@link Transmission} is told once. */
export interface TransmissionOptions {
  readonly datagramBytes: number;
  readonly windowBytesMax: number;
  /** Bytes of the largest header, HELLO included. */
  readonly headerBytesMax: number;
}

/**
 * Reliable packets to one peer: numbers, acknowledgements, loss, round trip, window, probes and amplification. It knows
 * items, not what they mean.
 */
export class Transmission implements PacketFates {
  readonly queue = new SendQueue();
  readonly received = new ReceivedPackets();
  readonly roundTrip = new RoundTrip();
  readonly window: CongestionWindow;
  readonly sent = new SentPackets();
  /** Packets whose items went out again. */
  retransmitted = 0;
  readonly datagrams = { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0 };
  readonly validation = new AddressValidation();
  #probes = 0;
  #probePackets = 0;
  #jitter = 1;
  #ping = false;
  readonly #options: TransmissionOptions;
  readonly #random: RandomBytes;

  constructor(options: TransmissionOptions, random: RandomBytes) {
    this.#options = options;
    this.#random = random;
    this.window = new CongestionWindow(options.datagramBytes, options.windowBytesMax);
  }

  /** Counts bytes from the peer: what may be sent to it before it is validated. */
  arrived(bytes: number): void {
    this.datagrams.received += 1;
    this.datagrams.bytesReceived += bytes;
    this.validation.received(bytes);
  }

  /** The peer has moved: what it proved does not hold for the new address. */
  moved(): void {
    const leftOutFrom = this.sent.nextNumber;
    const [high, low] = this.#random(2);
    this.sent.leaveOut(1 + high! * 256 + low!);
    this.validation.moved(leftOutFrom, this.sent.nextNumber);
  }

  /** Whether nothing may be sent until the peer has sent more: only a packet from it can change that, no timer. */
  get blocked(): boolean {
    return this.validation.allowanceBytes < this.#leastBytes();
  }

  /** Sends a packet that wants to be acknowledged, even if there is nothing else to send. */
  ping(): void {
    this.#ping = true;
  }

  /** When `wake` is due. */
  get nextWake(): Millis {
    if (this.blocked) return Infinity;
    return Math.min(this.received.dueAt, this.sent.lossAt, this.#probeAt());
  }

  /** Takes an ACK frame; false if it acknowledges what was never sent. */
  acknowledge(frame: AckFrame, now: Millis): boolean {
    const largest = frame.ranges[0]!.end;
    if (this.validation.isGuess(largest)) return false;
    const newest = this.sent.get(largest);
    const acknowledged = this.sent.acknowledge(frame.ranges, now, this);
    if (acknowledged === undefined) return false;
    if (acknowledged === 0) return true;
    // Of the packet with the largest number, if it is acknowledged for the first time: RFC 9002 §5.1.
    if (newest !== undefined) this.#sample(newest, now, frame.delayMicros / 1000);
    this.#probes = 0;
    this.sent.takeLost(now, this.roundTrip, this);
    return true;
  }

  /** Does what is due: declares packets lost, or probes. Acknowledgements that are due go out with `flush`. */
  wake(now: Millis): void {
    if (this.blocked) return;
    if (this.sent.lossAt <= now) return this.sent.takeLost(now, this.roundTrip, this);
    if (this.#probeAt() <= now) this.#probe();
  }

  /** Builds the packets that may and should go out now; gives whether there were any. */
  flush(now: Millis, writer: Writer, owner: PacketOwner): boolean {
    let built = false;
    this.#forgetUnwanted();
    while (this.received.dueAt <= now || this.#ping || (this.#maySend() && this.queue.hasWork)) {
      const datagram = this.#build(now, writer, owner);
      if (datagram === undefined) break;
      built = true;
      this.datagrams.sent += 1;
      this.datagrams.bytesSent += datagram.length;
      this.validation.sent(datagram.length);
      // While the peer is heard, the system's refusal of a packet is a loss like any other.
      owner.transmit(datagram, this.#probes > 0 || this.received.largest < 0);
    }
    return built;
  }

  packetArrived(packet: SentPacket, now: Millis): void {
    this.window.acknowledged(packet.bytes, packet.sentAt, packet.windowFull);
    if (packet.ackLargest >= 0) this.received.confirmed(packet.ackLargest);
    this.validation.acknowledged(packet.number);
    for (const item of packet.items) {
      item.copies -= 1;
      item.acknowledged(now);
    }
  }

  packetLost(packet: SentPacket, now: Millis): void {
    this.window.lost(packet.bytes, packet.sentAt, now);
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

  /** Whether the peer may be sent so many bytes, as long as it has not proved its address. */
  allows(bytes: number): boolean {
    return bytes <= this.validation.allowanceBytes;
  }

  #sample(newest: SentPacket, now: Millis, delayMs: Millis): void {
    const elapsed = now - newest.sentAt;
    if (!newest.later) return this.roundTrip.sample(elapsed, delayMs);
    // Here the delay was agreed on, so it is no part of the way; if it is not told whole, nothing can be learned.
    if (delayMs < DELAY_TOLD_MS_MAX && delayMs < elapsed) this.roundTrip.sample(elapsed - delayMs, 0);
  }

  // Methods, not accessors: V8 calls private accessors by way of its runtime, at many times the cost.
  #maySend(): boolean {
    return this.#probePackets > 0 || this.window.isOpen;
  }

  /** What any packet has room for: a header, an acknowledgement, and one byte. */
  #leastBytes(): number {
    return this.#options.headerBytesMax + ackBytesMax(1) + 1;
  }

  #probeAt(): Millis {
    const since = this.sent.hurriedSince;
    if (since === undefined) return Infinity;
    const backedOff = this.roundTrip.probeMs * 2 ** Math.min(this.#probes, 10) * this.#jitter;
    const slowed = this.#probes >= PROBES_UNTIL_PERSISTENT && this.roundTrip.smoothedMs === undefined;
    return since + (slowed ? Math.max(backedOff, NO_FEEDBACK_PROBE_MS) : backedOff);
  }

  #build(now: Millis, writer: Writer, owner: PacketOwner): Uint8Array | undefined {
    const limit = Math.min(this.#options.datagramBytes, this.validation.allowanceBytes);
    if (limit < this.#leastBytes()) return undefined;
    const number = this.sent.nextNumber;
    writer.begin();
    owner.writeHeader(writer, number, now);
    const toldBefore = this.received.toldPlace;
    const ackLargest = this.#writeAck(writer, limit, now);
    const items = this.#maySend() ? this.#writeItems(writer, limit, now) : NO_ITEMS;
    const ping = this.#ping || (items.length === 0 && this.#wantsAnswer());
    if (ping) writer.uint8(PING);
    if (items.length === 0 && !ping) {
      if (ackLargest < 0) return undefined;
      this.sent.leaveOut(1);
      return writer.take();
    }
    this.#ping = false;
    const later = !ping && this.#mayComeLater(items, toldBefore);
    if (later) writer.uint8(LATER);
    if (this.#probePackets > 0) this.#probed(items);
    this.window.sent(writer.length);
    const windowFull = !this.window.isOpen;
    this.sent.add({ number, sentAt: now, bytes: writer.length, items, ackLargest, later, windowFull });
    return writer.take();
  }

  /**
   * Whether an ACK frame alone is to be acknowledged too: to validate the peer, or because it tells again what was told
   * with a reply that may be lost, so that the peer would not ask for that any more.
   */
  #wantsAnswer(): boolean {
    return this.sent.later > 0 || (!this.validation.validated && this.sent.size === 0);
  }

  /**
   * Whether a packet's acknowledgement is in no hurry: it is the first to acknowledge the calls that it answers, so that
   * their caller sends them again if it is lost, docs/protocol.md §6. One such packet at a time, and none while the peer
   * may hear of those calls in another way.
   */
  #mayComeLater(items: readonly Item[], toldBefore: number): boolean {
    if (this.sent.later > 0 || this.#probePackets > 0 || this.received.ranges.length > 1) return false;
    return items.every(({ answersPlace }) => answersPlace !== undefined && answersPlace > toldBefore);
  }

  /** A packet of a probe has been built. The next one carries the same if there is nothing else: RFC 9002 §6.2.4. */
  #probed(items: readonly Item[]): void {
    this.#probePackets -= 1;
    if (this.#probePackets === 0 || this.queue.hasWork) return;
    for (const item of items) if (item.lost()) this.queue.pushLost(item);
  }

  /** Writes an ACK frame if there is anything to acknowledge; gives the largest number in it, or -1. */
  #writeAck(writer: Writer, limit: number, now: Millis): number {
    const { received } = this;
    if (!received.pending) return -1;
    let ranges = received.ranges;
    const roomBytes = limit - writer.length - this.queue.nextBytes;
    const fitting = Math.max(1, Math.floor((roomBytes - ackBytesMax(1)) / 8) + 1);
    if (fitting < ranges.length) ranges = ranges.slice(0, Math.min(fitting, ACK_RANGES_MAX));
    const delay = Math.min(received.delayMicros(now), 1000 * DELAY_TOLD_MS_MAX);
    writeAck(writer, delay, ranges);
    received.acknowledged();
    return received.largest;
  }

  #writeItems(writer: Writer, limit: number, now: Millis): Item[] {
    let items = NO_ITEMS;
    const { datagramBytes, headerBytesMax } = this.#options;
    const itemBytesMax = datagramBytes - headerBytesMax - ackBytesMax(1) - 1;
    for (;;) {
      const item = this.queue.take(limit - writer.length - 1, itemBytesMax, now);
      if (item === undefined) return items;
      item.write(writer, now);
      item.copies += 1;
      // Most packets have one: an array that starts with it takes no more room than that.
      if (items === NO_ITEMS) items = [item];
      else items.push(item);
    }
  }

  #probe(): void {
    const waiting = this.sent.oldest(Infinity);
    const worthwhile = waiting.filter(({ items }) => items.some((item) => item.wanted && item.lost()));
    if (worthwhile.length === 0 && !this.queue.hasWork && this.#probes > 0) return this.#giveUp();
    this.#probes += 1;
    this.#jitter = 1 + PROBE_JITTER * (this.#random(1)[0]! / 127.5 - 1);
    if (this.#probes === PROBES_UNTIL_PERSISTENT) this.window.collapse();
    this.#probePackets = PROBE_PACKETS;
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

  /** Once nobody wants what was sent in no hurry, it is not worth remembering. */
  #forgetUnwanted(): void {
    if (this.sent.later === 0 || this.sent.hurriedSince !== undefined) return;
    if (!this.sent.first!.items.some((item) => item.wanted)) this.#giveUp();
  }

  /** Nobody wants anything of what is on its way: it is not worth another probe. */
  #giveUp(): void {
    this.sent.takeAll((packet) => {
      this.window.lost(packet.bytes, -Infinity, 0);
      for (const item of packet.items) item.copies -= 1;
    });
    this.#probes = 0;
  }
}
