import type { Millis, RandomBytes } from '../../engine.js';
import type { LostPacket } from '../packets/lost-packets.js';
import type { RoundTrip } from '../packets/round-trip.js';
import type { Flight } from './flight.js';
import type { FlyingPacket } from './flying-packet.js';

/** How an association finds out how much may be on its way: RFC 9002 §7, RFC 9438, draft-ietf-ccwg-bbr. */
export type CongestionControl = 'new-reno' | 'cubic' | 'bbr';

/** What a controller that goes by losses is about: its window doubles with each round trip, or grows slowly. */
export type LossBasedState = 'slow-start' | 'avoidance';

/** What controllers work with. */
export interface ControllerParts {
  readonly flight: Flight;
  readonly roundTrip: RoundTrip;
  readonly datagramBytes: number;
  readonly windowBytesMax: number;
  readonly random: RandomBytes;
}

/**
 * Says how many bytes may be on their way to one peer, and how fast they may go out. It hears of everything after the
 * {@link Flight} has.
 */
export interface CongestionController {
  /** What it is about: for those who watch. */
  readonly state: string;
  /** Bytes that may be on their way. */
  readonly windowBytes: number;
  /** Bytes that may go out in a millisecond; Infinity if the window alone holds back. */
  readonly pacingRate: number;
  /** A packet has gone out; `restarting` if nothing was on its way before it. */
  sent(restarting: boolean, now: Millis): void;
  /** A packet was lost. */
  lost(packet: FlyingPacket, now: Millis): void;
  /** A packet that was told to be lost has arrived: what followed from that may be taken back. */
  arrivedLate(packet: LostPacket): void;
  /** An ACK frame was taken, whose packets and losses are in the flight's sample. */
  acknowledged(now: Millis): void;
  /** Nothing has come back through several probes: persistent congestion, RFC 9002 §7.6. */
  collapse(): void;
}
