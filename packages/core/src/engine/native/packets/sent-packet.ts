import type { Millis } from '../../engine.js';
import type { FlyingPacket } from '../congestion/flying-packet.js';
import type { Item } from './item.js';

/** A packet that goes out and wants to be acknowledged. */
export interface OutgoingPacket {
  readonly number: number;
  readonly sentAt: Millis;
  readonly bytes: number;
  readonly items: readonly Item[];
  /** The largest number that its ACK frame acknowledged, or -1. */
  readonly ackLargest: number;
  /** Whether its acknowledgement may come with the next packet that goes out anyway: nothing is probed for it. */
  readonly later: boolean;
}

/** A packet that waits to be acknowledged. */
export type SentPacket = OutgoingPacket & FlyingPacket;

const NO_ITEMS: readonly Item[] = [];

/** Where a packet's record lies. It is used again and again, so that packets to a peer that is slow make no garbage. */
export class Slot implements SentPacket {
  waits = false;
  number = 0;
  sentAt: Millis = 0;
  bytes = 0;
  items = NO_ITEMS;
  ackLargest = -1;
  later = false;
  deliveredBytes = 0;
  deliveredAt: Millis = 0;
  firstSentAt: Millis = 0;
  lostBytes = 0;
  inFlightBytes = 0;
  applicationLimited = false;

  fill({ number, sentAt, bytes, items, ackLargest, later }: OutgoingPacket): void {
    this.waits = true;
    this.number = number;
    this.sentAt = sentAt;
    this.bytes = bytes;
    this.items = items;
    this.ackLargest = ackLargest;
    this.later = later;
  }

  /** Lets go of what it carried. */
  empty(): void {
    this.items = NO_ITEMS;
  }
}

/** Slots of peers to which nothing is on its way: most have one packet at a time, and there may be thousands of them. */
const SPARE_SLOTS: Slot[] = [];

/** More are left to the collector. */
const SPARE_SLOTS_MAX = 64;

/** One to write a packet down in: one that was given back, if there is any. */
export function takeSlot(): Slot {
  return SPARE_SLOTS.pop() ?? new Slot();
}

/** Nobody looks at a slot any more. */
export function giveSlotBack(slot: Slot): void {
  if (SPARE_SLOTS.length < SPARE_SLOTS_MAX) SPARE_SLOTS.push(slot);
}
