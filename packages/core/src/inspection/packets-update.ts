import type { CallOutcome } from '../engine/engine.js';
import type { CallSide } from './inspection-update.js';

/** A call whose packets are told. Association, side and number together name it. */
export interface CallPackets {
  /** The first four bytes of the id that its opener chose, in hexadecimal, as in a qlog. */
  readonly association: string;
  readonly side: CallSide;
  /** Both ends number their calls from 0. */
  readonly number: number;
  readonly service: string;
  /** The property of the class; what the wire calls it where nobody knows, and nothing before that has come. */
  readonly method: string;
  /** Milliseconds since the epoch, by the clock of the endpoint's machine. */
  readonly startedAt: number;
  /** How it ended, of calls that the endpoint made. */
  readonly outcome?: CallOutcome;
}

/** A frame of a packet that has to do with a call: docs/protocol.md §3. */
export interface InspectedFrame {
  readonly type: string;
  readonly side: CallSide;
  /** Of the call. */
  readonly number: number;
  /** Of what it carries. */
  readonly bytes?: number;
  /** In words, what else it says. */
  readonly detail?: string;
}

/** A packet that has frames of calls. */
export interface InspectedPacket {
  /** Milliseconds since the epoch, by the clock of the endpoint's machine. */
  readonly at: number;
  readonly association: string;
  readonly peer: string;
  readonly direction: 'sent' | 'received';
  readonly number: number;
  /** Of the datagram. */
  readonly bytes: number;
  readonly sealed: boolean;
  /** Those of calls, the first 16. */
  readonly frames: readonly InspectedFrame[];
}

/** What became of a packet that was sent. */
export interface PacketFate {
  readonly at: number;
  readonly association: string;
  readonly number: number;
  readonly fate: 'acknowledged' | 'lost';
}

/** Packets since the update before, of calls that began while somebody watched. */
export interface PacketsUpdate {
  readonly at: number;
  /** Calls that have begun, or of which more is known. */
  readonly calls: readonly CallPackets[];
  readonly packets: readonly InspectedPacket[];
  readonly fates: readonly PacketFate[];
  /** How many there were beyond the 200 of an update. */
  readonly packetsOmitted: number;
}
