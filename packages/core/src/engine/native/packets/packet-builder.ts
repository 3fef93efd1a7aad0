import { ACK_RANGES_MAX, CLOSE, LATER, PING } from '../../../wire/native/frame-types.js';
import { ackBytesMax, writeAck, writePadding } from '../../../wire/native/encode-frames.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { Item } from './item.js';
import type { BuiltPacket, PacketTrace } from './packet-trace.js';
import type { Path } from './path.js';
import type { Probes } from './probes.js';
import { DELAY_TOLD_MS_MAX, type ReceivedPackets } from './received-packets.js';
import type { PacketKind, Protection } from '../protection/protection.js';
import type { SendQueue } from './send-queue.js';
import type { OutgoingPacket } from './sent-packet.js';
import type { SentPackets } from './sent-packets.js';

const NO_ITEMS: Item[] = [];

/** What any packet has room for beside its header: an acknowledgement, and one byte. */
const LEAST_FRAME_BYTES = ackBytesMax(1) + 1;

/** Who packets are built for. */
export interface PacketHeaders {
  /** The kind of the next packet. */
  readonly packetKind: PacketKind;
  /** Bytes of the next packet's header at most, HELLO included. */
  readonly headerBytes: number;
  /** Bytes that the header of any packet can have, HELLO included. */
  readonly headerBytesMax: number;
  /** Bytes that the next packet is padded to. */
  readonly paddedBytes: number;
  /** Writes the header of the next packet, and HELLO where it belongs; gives the bytes of the header alone. */
  writeHeader(writer: Writer, number: number, now: Millis): number;
}

/** What packets are built from. */
export interface PacketBuilderParts {
  readonly headers: PacketHeaders;
  readonly protection: Protection;
  readonly writer: Writer;
  readonly path: Path;
  readonly probes: Probes;
  readonly queue: SendQueue;
  readonly received: ReceivedPackets;
  readonly sent: SentPackets;
  readonly owner: TracedOwner;
}

/** Who is told of packets, if anybody is. */
export interface TracedOwner {
  /** Undefined as long as nobody watches. */
  readonly trace?: PacketTrace | undefined;
}

/** Builds packets, and writes down what they carry. */
export class PacketBuilder {
  /** Whether a packet is wanted that has to be acknowledged, even if there is nothing else to send. */
  pingWanted = false;
  /** Whether something waits that found no room in the last packet. */
  lacksRoom = false;
  readonly #parts: PacketBuilderParts;
  /**
   * Bytes that an item can have in any packet: a larger one is cut into parts. Where larger packets get through, they hold more
   * parts, and none that a lesser path would not carry: parts cannot be cut again, docs/protocol.md §8.
   */
  readonly #itemBytesMax: number;

  constructor(parts: PacketBuilderParts) {
    this.#parts = parts;
    const { path, headers, protection } = parts;
    this.#itemBytesMax = path.safeDatagramBytes - headers.headerBytesMax - protection.overheadBytes - LEAST_FRAME_BYTES;
  }

  /** Bytes of the least packet that can be built now. */
  get leastBytes(): number {
    const { headers, protection } = this.#parts;
    return headers.headerBytes + protection.overheadBytes + LEAST_FRAME_BYTES;
  }

  /** Builds the next packet; undefined if nothing may be sent, or there is nothing to send. */
  build(mayCarryItems: boolean, now: Millis): Uint8Array | undefined {
    this.lacksRoom = false;
    const sizeProbe = mayCarryItems ? this.#buildSizeProbe(now) : undefined;
    return sizeProbe ?? this.#buildPacket(mayCarryItems, now);
  }

  #buildPacket(mayCarryItems: boolean, now: Millis): Uint8Array | undefined {
    const { headers, protection, writer, path, probes, received, sent } = this.#parts;
    const datagramMax = Math.min(this.#datagramBytes(), path.allowanceBytes);
    if (datagramMax < this.leastBytes) return undefined;
    // One byte stays free for a PING or LATER.
    const limit = datagramMax - protection.overheadBytes - 1;
    const number = sent.nextNumber;
    const kind = headers.packetKind;
    writer.begin();
    const headerBytes = headers.writeHeader(writer, number, now);
    const toldBefore = received.arrivalsTold;
    const ackLargest = this.#writeAck(limit, now);
    const validates = path.writeFrames(writer, limit);
    const items = mayCarryItems ? this.#writeItems(limit, now) : NO_ITEMS;
    this.lacksRoom = mayCarryItems && items.length === 0;
    const needed = validates || items.length > 0;
    const ping = this.#writePing(needed);
    const eliciting = ping || needed;
    if (!eliciting && ackLargest < 0) return undefined;
    const later = !ping && !validates && this.#writeLater(items, toldBefore);
    writePadding(writer, Math.min(headers.paddedBytes - protection.overheadBytes, limit));
    const datagram = this.#seal(headerBytes, number, kind, probes.packetsLeft > 0 ? 'silence' : undefined);
    if (eliciting) this.#writeDown({ number, sentAt: now, bytes: datagram.length, items, ackLargest, later });
    else sent.useNumber();
    return datagram;
  }

  /** Builds a last word; undefined if it may not be sent. */
  buildClose(now: Millis): Uint8Array | undefined {
    const { headers, protection, writer, path, sent } = this.#parts;
    const number = sent.nextNumber;
    const kind = headers.packetKind;
    writer.begin();
    const headerBytes = headers.writeHeader(writer, number, now);
    writer.uint8(CLOSE);
    writePadding(writer, headers.paddedBytes - protection.overheadBytes);
    if (writer.length + protection.overheadBytes > path.allowanceBytes) return undefined;
    sent.useNumber();
    return this.#seal(headerBytes, number, kind);
  }

  /** What has not been acknowledged for long may have been too large, so a probe is not: RFC 8899 §4.3. */
  #datagramBytes(): number {
    const { path, probes } = this.#parts;
    return probes.packetsLeft > 0 ? path.safeDatagramBytes : path.datagramBytes;
  }

  /**
   * Builds a packet that finds out whether the path carries its size, if one is due and something large waits: a PING and
   * PADDING, for it may be lost. docs/protocol.md §2.3.
   */
  #buildSizeProbe(now: Millis): Uint8Array | undefined {
    const { headers, path, probes, protection, queue, sent, writer } = this.#parts;
    const bytes = path.size?.probeBytesAt(now);
    if (bytes === undefined || !queue.hasLarge || probes.packetsLeft > 0) return undefined;
    if (!path.validated || headers.packetKind !== 'plain') return undefined;
    const number = sent.nextNumber;
    writer.begin();
    const headerBytes = headers.writeHeader(writer, number, now);
    writer.uint8(PING);
    writePadding(writer, bytes - protection.overheadBytes);
    const datagram = this.#seal(headerBytes, number, 'plain', 'size');
    this.#writeDown({ number, sentAt: now, bytes, items: NO_ITEMS, ackLargest: -1, later: false });
    path.size?.probed({ number, bytes }, now);
    return datagram;
  }

  /** The datagram for the packet that has been written. */
  #seal(headerBytes: number, number: number, kind: PacketKind, probe?: BuiltPacket['probe']): Uint8Array {
    const { protection, writer, owner } = this.#parts;
    writer.skip(protection.overheadBytes);
    const packet = writer.take();
    owner.trace?.sent({ packet, headerBytes, number, kind, probe });
    protection.seal(packet, headerBytes, number, kind);
    return packet;
  }

  /** Remembers a packet that waits to be acknowledged. */
  #writeDown(packet: OutgoingPacket): void {
    const { path, probes, sent } = this.#parts;
    if (probes.packetsLeft > 0) this.#probed(packet.items);
    path.congestion.sent(sent.add(packet));
  }

  /** Writes a PING if one is wanted, or if what is there would not be acknowledged and should be; gives whether it did. */
  #writePing(elicits: boolean): boolean {
    if (!this.pingWanted && (elicits || !this.#wantsAnswer())) return false;
    this.pingWanted = false;
    this.#parts.writer.uint8(PING);
    return true;
  }

  /**
   * Whether an ACK frame alone is to be acknowledged too: it is a probe, or there to validate the peer, or it tells again
   * what was told with a reply that may be lost, so that the peer would not ask for that any more.
   */
  #wantsAnswer(): boolean {
    const { path, probes, sent } = this.#parts;
    return probes.packetsLeft > 0 || sent.later > 0 || (!path.validated && sent.size === 0);
  }

  /**
   * Writes LATER if the packet's acknowledgement is in no hurry: it is the first to acknowledge the calls that it answers,
   * so that their caller sends them again if it is lost, docs/protocol.md §6. One such packet at a time, and none while the
   * peer may hear of those calls in another way.
   */
  #writeLater(items: readonly Item[], toldBefore: number): boolean {
    const { probes, received, sent, writer } = this.#parts;
    if (items.length === 0 || sent.later > 0 || probes.packetsLeft > 0 || received.ranges.length > 1) return false;
    const first = ({ answersArrival }: Item): boolean => answersArrival !== undefined && answersArrival > toldBefore;
    if (!items.every(first)) return false;
    writer.uint8(LATER);
    return true;
  }

  /** A packet of a probe has been built. The next one carries the same if there is nothing else: RFC 9002 §6.2.4. */
  #probed(items: readonly Item[]): void {
    const { probes, queue } = this.#parts;
    probes.packetBuilt();
    if (probes.packetsLeft === 0 || queue.hasWork) return;
    for (const item of items) if (item.lost()) queue.pushLost(item);
  }

  /** Writes an ACK frame if there is anything to acknowledge; gives the largest number in it, or -1. */
  #writeAck(limit: number, now: Millis): number {
    const { received, queue, writer } = this.#parts;
    if (!received.pending) return -1;
    let { ranges } = received;
    const roomBytes = limit - writer.length - queue.nextBytes;
    const fitting = Math.max(1, Math.floor((roomBytes - ackBytesMax(1)) / 8) + 1);
    if (fitting < ranges.length) ranges = ranges.slice(0, Math.min(fitting, ACK_RANGES_MAX));
    const delay = Math.min(received.delayMicros(now), 1000 * DELAY_TOLD_MS_MAX);
    writeAck(writer, delay, ranges);
    received.acknowledged();
    return received.largest;
  }

  #writeItems(limit: number, now: Millis): Item[] {
    const { queue, writer } = this.#parts;
    let items = NO_ITEMS;
    for (;;) {
      const item = queue.take(limit - writer.length, this.#itemBytesMax, now);
      if (item === undefined) return items;
      item.write(writer, now);
      item.copies += 1;
      // Most packets have one: an array that starts with it takes no more room than that.
      if (items === NO_ITEMS) items = [item];
      else items.push(item);
    }
  }
}
