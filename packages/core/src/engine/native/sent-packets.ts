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
  /** Whether the congestion window was used up when it went out. */
  readonly windowFull: boolean;
}

/** What an ACK frame said about packets that waited. */
export interface Acknowledged {
  readonly packets: readonly SentPacket[];
  /** The one with the largest number, if the frame acknowledged it for the first time: its time is a sample. */
  readonly newest: SentPacket | undefined;
}

/** The packets on their way, and which of them are lost: RFC 9002 §6.1. Only ack-eliciting ones are kept. */
export class SentPackets {
  /** In the order of their numbers. */
  readonly #packets = new Map<number, SentPacket>();
  #next = 0;
  #largestAcknowledged = -1;
  #lossAt: Millis = Infinity;
  #lastSentAt: Millis = -Infinity;

  get nextNumber(): number {
    return this.#next;
  }

  get size(): number {
    return this.#packets.size;
  }

  /** When the time threshold makes the oldest packet lost; `Infinity` if that does not apply. */
  get lossAt(): Millis {
    return this.#lossAt;
  }

  get lastSentAt(): Millis {
    return this.#lastSentAt;
  }

  /** Uses up numbers: of packets that nobody acknowledges, or to find out who guesses. */
  leaveOut(count: number): void {
    this.#next += count;
  }

  add(packet: SentPacket): void {
    this.#next = packet.number + 1;
    this.#lastSentAt = packet.sentAt;
    this.#packets.set(packet.number, packet);
  }

  /** The oldest packets, for a probe. */
  oldest(count: number): SentPacket[] {
    const packets: SentPacket[] = [];
    for (const packet of this.#packets.values()) if (packets.push(packet) === count) break;
    return packets;
  }

  /** Takes the packets out that an ACK frame acknowledges; undefined if it acknowledges what was never sent. */
  acknowledge(ranges: readonly AckRange[]): Acknowledged | undefined {
    const largest = ranges[0]!.end;
    if (largest >= this.#next) return undefined;
    const packets: SentPacket[] = [];
    for (const range of ranges) this.#takeRange(range, packets);
    this.#largestAcknowledged = Math.max(this.#largestAcknowledged, largest);
    return { packets, newest: packets.find(({ number }) => number === largest) };
  }

  /** Takes the packets out that are lost by now, and works out when the next one will be. */
  takeLost(now: Millis, roundTrip: RoundTrip): SentPacket[] {
    const lost: SentPacket[] = [];
    this.#lossAt = Infinity;
    for (const packet of this.#packets.values()) {
      if (packet.number > this.#largestAcknowledged) break;
      const lostAt = packet.sentAt + roundTrip.lossMs;
      if (packet.number <= this.#largestAcknowledged - LOSS_REORDER_PACKETS || lostAt <= now) {
        this.#packets.delete(packet.number);
        lost.push(packet);
      } else {
        this.#lossAt = Math.min(this.#lossAt, lostAt);
      }
    }
    return lost;
  }

  /** Takes everything out. */
  takeAll(): SentPacket[] {
    const packets = [...this.#packets.values()];
    this.#packets.clear();
    return packets;
  }

  #takeRange({ start, end }: AckRange, into: SentPacket[]): void {
    // A range may reach far below what still waits; whichever is shorter is walked.
    if (end - start > this.#packets.size) {
      for (const [number, packet] of this.#packets) if (number >= start && number <= end) into.push(packet);
    } else {
      for (let number = start; number <= end; number += 1) {
        const packet = this.#packets.get(number);
        if (packet !== undefined) into.push(packet);
      }
    }
    for (const { number } of into) this.#packets.delete(number);
  }
}
