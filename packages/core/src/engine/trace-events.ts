/**
 * What happens in an endpoint, for those who watch it: `EndpointDriver.observe`, and what is written into a qlog. Each event is a
 * record that may be kept. None has anything of arguments, results, items, metadata or details but their sizes, nothing of
 * keys or tokens, and of ids and challenges no more than the log has.
 */
import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type { WireName } from '../wire-name.js';
import type { DropReason } from './drop-reason.js';
import type { Millis } from './millis.js';
import type { CallOutcome } from './peer-stats.js';
import type { TracedPacket } from './traced-packet.js';

/** When something happened. */
interface Timed {
  /** By the clock of the endpoint's ports, whose zero means nothing. */
  readonly at: Millis;
}

/** Something of one association of the native wire. */
interface OfAssociation extends Timed {
  /** The first four bytes of the id that its opener chose, in hexadecimal: the same at both ends. */
  readonly association: string;
}

/** An association begins; or it was there, and is watched from now on. */
export interface AssociationStarted extends OfAssociation {
  readonly kind: 'association-started';
  readonly peer: Address;
  /** Whether this endpoint opened it. */
  readonly opened: boolean;
  readonly sealed: boolean;
}

/** Why an association ended. */
export type AssociationEnding =
  | 'idle'
  /** This endpoint closed. */
  | 'closed'
  | 'closed-by-peer'
  /** The peer does not know it, or never has. */
  | 'reset'
  /** The peer broke a rule of the protocol. */
  | 'rule-broken'
  /** Another one needed its place. */
  | 'displaced'
  /** The system refused to send its first packet. */
  | 'refused';

export interface AssociationEnded extends OfAssociation {
  readonly kind: 'association-ended';
  readonly cause: AssociationEnding;
}

/** What a side says of itself in HELLO, when it first does. */
export interface ParametersTold extends OfAssociation {
  readonly kind: 'parameters';
  readonly of: 'local' | 'remote';
  readonly messageBytesMax: number;
  readonly callsMax: number;
}

export interface PacketSent extends OfAssociation {
  readonly kind: 'packet-sent';
  readonly to: Address;
  readonly packet: TracedPacket;
  /** Whether it asks a peer that does not acknowledge, or finds out what the path carries. */
  readonly probe: 'silence' | 'size' | undefined;
}

export interface PacketReceived extends OfAssociation {
  readonly kind: 'packet-received';
  readonly from: Address;
  readonly packet: TracedPacket;
}

/** Packets were acknowledged for the first time, by one ACK frame. */
export interface PacketsAcknowledged extends OfAssociation {
  readonly kind: 'packets-acknowledged';
  readonly numbers: readonly number[];
}

/** A packet is taken for lost; what it carried goes out again, in other packets, where that is still wanted. */
export interface PacketLost extends OfAssociation {
  readonly kind: 'packet-lost';
  readonly number: number;
  readonly bytes: number;
  readonly sentAt: Millis;
  /** Whether enough later packets have arrived, or one did so long ago: docs/protocol.md §6.3. */
  readonly by: 'packets' | 'time';
}

/** A packet that was taken for lost has arrived after all. */
export interface PacketArrivedLate extends OfAssociation {
  readonly kind: 'packet-arrived-late';
  readonly number: number;
}

/** What is known of the way to the peer, when any of it has changed. */
export interface RecoveryChanged extends OfAssociation {
  readonly kind: 'recovery';
  readonly windowBytes: number;
  readonly inFlightBytes: number;
  readonly inFlightPackets: number;
  /** Undefined before the first sample. */
  readonly smoothedMs: Millis | undefined;
  readonly leastMs: Millis | undefined;
  readonly latestMs: Millis | undefined;
  readonly variationMs: Millis | undefined;
  /** How many probes in a row have had no answer. */
  readonly probes: number;
  /** Undefined while the window alone holds back. */
  readonly pacingBytesPerMs: number | undefined;
}

/** The congestion control is in another state: `uncontrolled` as long as there is too little on its way to matter. */
export interface CongestionChanged extends OfAssociation {
  readonly kind: 'congestion';
  readonly before: string | undefined;
  readonly state: string;
}

/** The peer is somewhere else, or has proved that it is where it seems to be. */
export interface PathChanged extends OfAssociation {
  readonly kind: 'path';
  readonly peer: Address;
  /** Where it was before it moved; the same if it has not. */
  readonly before: Address;
  readonly proven: boolean;
}

/** Packets may be larger or must be smaller than before. */
export interface PathSizeChanged extends OfAssociation {
  readonly kind: 'path-size';
  readonly before: number;
  readonly bytes: number;
}

/** A side seals by its next key. */
export interface KeyChanged extends OfAssociation {
  readonly kind: 'key';
  readonly of: 'local' | 'remote';
  /** Whether that side opened the association. */
  readonly opener: boolean;
  readonly phase: 0 | 1;
}

/** A call with streams begins or is over here. */
export interface StreamChanged extends OfAssociation {
  readonly kind: 'stream';
  readonly number: number;
  /** Whether this endpoint made the call. */
  readonly called: boolean;
  readonly state: 'opened' | 'closed';
}

/** A call of ours was given its number, and is about to leave. */
export interface CallStarted extends OfAssociation {
  readonly kind: 'call-started';
  readonly number: number;
  /** The hash of its names. */
  readonly method: number;
  readonly delivery: Delivery;
  /** Of its encoded arguments. */
  readonly bytes: number;
}

/** It is over. */
export interface CallEnded extends OfAssociation {
  readonly kind: 'call-ended';
  readonly number: number;
  readonly outcome: CallOutcome;
}

/** A call of the peer has come whole, and is handed to its handler. */
export interface RequestReceived extends OfAssociation {
  readonly kind: 'request-received';
  readonly number: number;
  readonly method: number;
  readonly delivery: Delivery;
  readonly bytes: number;
}

/** A datagram that belongs to no association: of the rpcudp wire, or a `reset` or `retry` of the native one. */
interface DatagramTraced extends Timed {
  readonly wire: WireName;
  readonly peer: Address;
  readonly type: 'request' | 'response' | 'reset' | 'retry';
  /** The first four bytes of its id, in hexadecimal. */
  readonly id: string;
  /** The name of the method in UTF-8, on the rpcudp wire and where it is known; the first 64 bytes of it. */
  readonly method: Uint8Array | undefined;
  readonly bytes: number;
}

export interface DatagramSent extends DatagramTraced {
  readonly kind: 'datagram-sent';
}

export interface DatagramReceived extends DatagramTraced {
  readonly kind: 'datagram-received';
}

/** A call of the rpcudp wire is over. */
export interface RpcudpCallEnded extends Timed {
  readonly kind: 'rpcudp-call-ended';
  readonly peer: Address;
  readonly id: string;
  readonly outcome: CallOutcome;
}

/** A datagram, or a call in one, was dropped: as `stats().dropped` counts it. */
export interface DatagramDropped extends Timed {
  readonly kind: 'dropped';
  readonly from: Address;
  readonly bytes: number;
  readonly reason: DropReason;
}

/** Something that happened. */
export type TraceEvent =
  | AssociationStarted
  | AssociationEnded
  | ParametersTold
  | PacketSent
  | PacketReceived
  | PacketsAcknowledged
  | PacketLost
  | PacketArrivedLate
  | RecoveryChanged
  | CongestionChanged
  | PathChanged
  | PathSizeChanged
  | KeyChanged
  | StreamChanged
  | CallStarted
  | CallEnded
  | RequestReceived
  | DatagramSent
  | DatagramReceived
  | RpcudpCallEnded
  | DatagramDropped;
