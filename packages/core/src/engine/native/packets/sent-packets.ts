import { LOSS_REORDER_PACKETS } from '../../../native-limits.js';
import type { AckRange } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';
import type { FlyingPacket } from '../congestion/flying-packet.js';
import { LostPackets, type LostPacket } from './lost-packets.js';
import type { Reordering } from './reordering.js';
import { giveSlotBack, takeSlot, type OutgoingPacket, type SentPacket, type Slot } from './sent-packet.js';

/** What is told of packets that are taken out. */
export interface PacketFates {
  packetArrived(packet: SentPacket, now: Millis): void;
  packetLost(packet: SentPacket, now: Millis): void;
  /** One that was told to be lost has arrived after all. */
  packetArrivedLate(packet: LostPacket, now: Millis): void;
}

/** Slots that are kept however little waits: for so few, giving them back costs more than they do. */
const SLOTS_KEPT = 64;

/** The packets on their way, and which of them are lost: RFC 9002 §6.1. Only ack-eliciting ones are kept. */
export class SentPackets {
  /**
   * A ring, whose length is a power of two: it doubles when it is full, and gives slots back when no more than an eighth of it is
   * used, so that it follows what is on its way. With room for one, all that an idle peer needs.
   */
  #ring: (Slot | undefined)[] = [undefined];
  /** The index of the oldest that waits. Places are counted from there, in the order of the packets' numbers. */
  #first = 0;
  /** How many places are in use: up to the newest packet, whether those between wait or not. */
  #places = 0;
  /** How many wait. */
  #size = 0;
  /** How many of them wait for an acknowledgement that may come later. */
  #later = 0;
  #lastHurriedAt: Millis = -Infinity;
  #next: number;
  #largestAcknowledged = -1;
  #lossAt: Millis = Infinity;
  /** Made with the first loss. */
  #lost: LostPackets | undefined;
  #lastSentAt: Millis = -Infinity;

  /** @param firstNumber The number of the first packet. */
  constructor(firstNumber = 0) {
    this.#next = firstNumber;
  }

  get nextNumber(): number {
    return this.#next;
  }

  get size(): number {
    return this.#size;
  }

  /** How many packets it has memory for. */
  get slots(): number {
    return this.#ring.length;
  }

  /** How many were taken for lost. */
  get lostPackets(): number {
    return this.#lost?.count ?? 0;
  }

  /** When the time threshold makes the oldest packet lost; `Infinity` if that does not apply. */
  get lossAt(): Millis {
    return this.#lossAt;
  }

  get lastSentAt(): Millis {
    return this.#lastSentAt;
  }

  /** How many wait for an acknowledgement that may come later. */
  get later(): number {
    return this.#later;
  }

  /** The largest number that an ACK frame has told, of whatever packet; -1 if there was none. */
  get largestAcknowledged(): number {
    return this.#largestAcknowledged;
  }

  /** Whether nothing waits, and nothing that was lost could still be shown to have arrived. */
  get settled(): boolean {
    return this.#places === 0 && this.#lost === undefined;
  }

  /** When the last packet went out that wants an acknowledgement soon; undefined if none of those waits. */
  get hurriedSince(): Millis | undefined {
    return this.#size > this.#later ? this.#lastHurriedAt : undefined;
  }

  /** Uses up a number: of a packet that nobody acknowledges. */
  useNumber(): void {
    this.#next += 1;
  }

  /** Takes a packet over; gives its record, on which the rest is to be written down. */
  add(packet: OutgoingPacket): FlyingPacket {
    this.#next = packet.number + 1;
    this.#lastSentAt = packet.sentAt;
    if (this.#places === this.#ring.length) this.#resize(2 * this.#places);
    const index = this.#indexOf(this.#places);
    const slot = (this.#ring[index] ??= takeSlot());
    slot.fill(packet);
    this.#places += 1;
    this.#size += 1;
    if (packet.later) this.#later += 1;
    else this.#lastHurriedAt = packet.sentAt;
    return slot;
  }

  /** The packet with a number, if it still waits. Valid until the next one is added. */
  get(number: number): SentPacket | undefined {
    const place = this.#search(number);
    if (place === this.#places) return undefined;
    const packet = this.#at(place);
    return packet.waits && packet.number === number ? packet : undefined;
  }

  /** The oldest packet that waits. */
  get first(): SentPacket | undefined {
    return this.#size > 0 ? this.#at(0) : undefined;
  }

  /** The oldest packets, for a probe. */
  oldest(count: number): SentPacket[] {
    const packets: SentPacket[] = [];
    for (let place = 0; place < this.#places && packets.length < count; place += 1) {
      const packet = this.#at(place);
      if (packet.waits) packets.push(packet);
    }
    return packets;
  }

  /**
   * Takes the packets out that an ACK frame acknowledges; gives how many, or undefined if it acknowledges what was never
   * sent.
   */
  acknowledge(ranges: readonly AckRange[], now: Millis, fates: PacketFates): number | undefined {
    const largest = ranges[0]!.end;
    if (largest >= this.#next) return undefined;
    const before = this.#size;
    for (const { start, end } of ranges) {
      for (let place = this.#search(start); place < this.#places && this.#at(place).number <= end; place += 1) {
        const packet = this.#at(place);
        if (!packet.waits) continue;
        this.#leave(packet);
        fates.packetArrived(packet, now);
        packet.empty();
      }
    }
    this.#trim();
    this.#takeLate(ranges, now, fates);
    this.#largestAcknowledged = Math.max(this.#largestAcknowledged, largest);
    return before - this.#size;
  }

  /** Takes the packets out that are lost by now, and works out when the next one will be. */
  takeLost(now: Millis, reordering: Reordering, fates: PacketFates): void {
    this.#lossAt = Infinity;
    const { lossMs } = reordering;
    this.#lost?.forget(now - reordering.rememberedMs);
    const lostUntil = reordering.seen ? -1 : this.#largestAcknowledged - LOSS_REORDER_PACKETS;
    for (let place = 0; place < this.#places; place += 1) {
      const packet = this.#at(place);
      if (packet.number > this.#largestAcknowledged) break;
      if (!packet.waits) continue;
      const lostAt = packet.sentAt + lossMs;
      if (packet.number <= lostUntil || lostAt <= now) {
        this.#leave(packet);
        (this.#lost ??= new LostPackets()).add(packet, now);
        fates.packetLost(packet, now);
        packet.empty();
      } else {
        this.#lossAt = Math.min(this.#lossAt, lostAt);
      }
    }
    this.#trim();
  }

  /** Takes everything out. */
  takeAll(taken: (packet: SentPacket) => void): void {
    for (const packet of this.oldest(Infinity) as Slot[]) {
      this.#leave(packet);
      taken(packet);
      packet.empty();
    }
    this.#trim();
  }

  #takeLate(ranges: readonly AckRange[], now: Millis, fates: PacketFates): void {
    if (this.#lost === undefined) return;
    for (const packet of this.#lost.takeArrived(ranges)) fates.packetArrivedLate(packet, now);
  }

  #at(place: number): Slot {
    return this.#ring[this.#indexOf(place)]!;
  }

  #indexOf(place: number): number {
    return (this.#first + place) & (this.#ring.length - 1);
  }

  #leave(packet: Slot): void {
    packet.waits = false;
    this.#size -= 1;
    if (packet.later) this.#later -= 1;
  }

  /** The place of the first packet whose number is at least this. */
  #search(number: number): number {
    let low = 0;
    let high = this.#places;
    while (low < high) {
      const middle = low + ((high - low) >>> 1);
      if (this.#at(middle).number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives up the places before the oldest packet that waits, and slots if few are in use. */
  #trim(): void {
    while (this.#places > 0 && !this.#at(0).waits) {
      this.#first = this.#indexOf(1);
      this.#places -= 1;
    }
    if (this.#places === 0) this.#lossAt = Infinity;
    if (this.#places === 0 && this.#ring.length === 1) return this.#giveBack();
    let slots = this.#ring.length;
    while (slots > SLOTS_KEPT && 8 * this.#places <= slots) slots >>= 1;
    if (slots < this.#ring.length) this.#resize(slots);
  }

  /** Nothing waits: whoever sends next may have the one slot. */
  #giveBack(): void {
    const slot = this.#ring[0];
    if (slot === undefined) return;
    this.#ring[0] = undefined;
    giveSlotBack(slot);
  }

  #resize(slots: number): void {
    const ring = new Array<Slot | undefined>(slots).fill(undefined);
    for (let place = 0; place < this.#places; place += 1) ring[place] = this.#at(place);
    this.#ring = ring;
    this.#first = 0;
  }
}
