import { LOSS_REORDER_PACKETS } from '../../limits.js';
import type { AckRange } from '../../wire/native/frames.js';
import type { Millis } from '../engine.js';
import type { Item } from './item.js';
import type { RoundTrip } from './round-trip.js';

/** A packet that waits to be acknowledged. */
export interface SentPacket {
  readonly number: number;
  readonly sentAt: Millis;
  readonly bytes: number;
  readonly items: readonly Item[];
  /** The largest number that its ACK frame acknowledged, or -1. */
  readonly ackLargest: number;
  /** Whether its acknowledgement may come with the next packet that goes out anyway: nothing is probed for it. */
  readonly later: boolean;
  /** Whether the congestion window was used up when it went out. */
  readonly windowFull: boolean;
}

/** What is done with a packet that is taken out. */
export type TakePacket = (packet: SentPacket, now: Millis) => void;

/** Holes in front that are not worth closing. */
const HOLES_KEPT = 64;

/** The packets on their way, and which of them are lost: RFC 9002 §6.1. Only ack-eliciting ones are kept. */
export class SentPackets {
  /** In the order of their numbers. One that waits no more leaves a hole until nothing before it waits. */
  #packets: (SentPacket | undefined)[] = [];
  /** The numbers of those, holes too, so that one can be searched for. */
  #numbers: number[] = [];
  /** Where the oldest is that waits. */
  #first = 0;
  #size = 0;
  /** How many of them wait for an acknowledgement that may come later. */
  #later = 0;
  #lastHurriedAt: Millis = -Infinity;
  #next = 0;
  #largestAcknowledged = -1;
  #lossAt: Millis = Infinity;
  #lastSentAt: Millis = -Infinity;

  get nextNumber(): number {
    return this.#next;
  }

  get size(): number {
    return this.#size;
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

  /** When the last packet went out that wants an acknowledgement soon; undefined if none of those waits. */
  get hurriedSince(): Millis | undefined {
    return this.#size > this.#later ? this.#lastHurriedAt : undefined;
  }

  /** Uses up numbers: of packets that nobody acknowledges, or to find out who guesses. */
  leaveOut(count: number): void {
    this.#next += count;
  }

  add(packet: SentPacket): void {
    this.#next = packet.number + 1;
    this.#lastSentAt = packet.sentAt;
    this.#packets.push(packet);
    this.#numbers.push(packet.number);
    this.#size += 1;
    if (packet.later) this.#later += 1;
    else this.#lastHurriedAt = packet.sentAt;
  }

  /** The packet with a number, if it still waits. */
  get(number: number): SentPacket | undefined {
    const index = this.#search(number);
    return this.#numbers[index] === number ? this.#packets[index] : undefined;
  }

  /** The oldest packet that waits. */
  get first(): SentPacket | undefined {
    return this.#packets[this.#first];
  }

  /** The oldest packets, for a probe. */
  oldest(count: number): SentPacket[] {
    const packets: SentPacket[] = [];
    for (let index = this.#first; index < this.#packets.length && packets.length < count; index += 1) {
      const packet = this.#packets[index];
      if (packet !== undefined) packets.push(packet);
    }
    return packets;
  }

  /**
   * Takes the packets out that an ACK frame acknowledges; gives how many, or undefined if it acknowledges what was never
   * sent.
   */
  acknowledge(ranges: readonly AckRange[], now: Millis, arrived: TakePacket): number | undefined {
    const largest = ranges[0]!.end;
    if (largest >= this.#next) return undefined;
    const before = this.#size;
    for (const { start, end } of ranges) {
      for (let index = this.#search(start); index < this.#numbers.length && this.#numbers[index]! <= end; index += 1) {
        this.#take(index, now, arrived);
      }
    }
    this.#trim();
    this.#largestAcknowledged = Math.max(this.#largestAcknowledged, largest);
    return before - this.#size;
  }

  /** Takes the packets out that are lost by now, and works out when the next one will be. */
  takeLost(now: Millis, roundTrip: RoundTrip, lost: TakePacket): void {
    this.#lossAt = Infinity;
    for (let index = this.#first; index < this.#packets.length; index += 1) {
      if (this.#numbers[index]! > this.#largestAcknowledged) break;
      const packet = this.#packets[index];
      if (packet === undefined) continue;
      const lostAt = packet.sentAt + roundTrip.lossMs;
      if (packet.number <= this.#largestAcknowledged - LOSS_REORDER_PACKETS || lostAt <= now) {
        this.#take(index, now, lost);
      } else {
        this.#lossAt = Math.min(this.#lossAt, lostAt);
      }
    }
    this.#trim();
  }

  /** Takes everything out. */
  takeAll(): SentPacket[] {
    const packets = this.oldest(Infinity);
    this.#packets = [];
    this.#numbers = [];
    this.#first = 0;
    this.#size = 0;
    this.#later = 0;
    return packets;
  }

  #take(index: number, now: Millis, taken: TakePacket): void {
    const packet = this.#packets[index];
    if (packet === undefined) return;
    this.#packets[index] = undefined;
    this.#size -= 1;
    if (packet.later) this.#later -= 1;
    taken(packet, now);
  }

  /** Where the first packet is whose number is at least this. */
  #search(number: number): number {
    let low = this.#first;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives up the holes before the oldest packet that waits. */
  #trim(): void {
    if (this.#size > 0) while (this.#packets[this.#first] === undefined) this.#first += 1;
    else this.#first = this.#packets.length;
    // The rest is moved once in a while, not each time.
    if (this.#first < Math.max(HOLES_KEPT, this.#packets.length / 2)) return;
    this.#packets = this.#packets.slice(this.#first);
    this.#numbers = this.#numbers.slice(this.#first);
    this.#first = 0;
  }
}
