import type { Millis } from '../../engine.js';

/** What is written down of a packet when it goes out, so that its acknowledgement tells how fast things arrive. */
export interface FlightRecord {
  /** Bytes that had arrived by then, and when the last of them did. */
  deliveredBytes: number;
  deliveredAt: Millis;
  /** When the packet went out whose acknowledgement was the last by then. */
  firstSentAt: Millis;
  /** Bytes that had been lost by then. */
  lostBytes: number;
  /** Bytes on their way, the packet's own included. */
  inFlightBytes: number;
  /** Whether there was not enough to send to use the way up. */
  applicationLimited: boolean;
}

/** A packet on its way. */
export interface FlyingPacket extends FlightRecord {
  readonly number: number;
  readonly sentAt: Millis;
  readonly bytes: number;
}
