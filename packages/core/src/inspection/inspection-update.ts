import type { CallOutcome } from '../engine/engine.js';
import type { PeerStats } from '../engine/peer-stats.js';
import type { Executed, RpcErrorCode } from '../errors.js';
import type { EndpointStats } from '../reporting/stats.js';

/** Who made a call: the endpoint that is inspected (`'client'`), or a peer of it (`'server'`). */
export type CallSide = 'client' | 'server';

/** How long calls took, in milliseconds: to about a tenth, and undefined where there was none. */
export interface InspectedLatency {
  /** How many there were. */
  readonly calls: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly maxMs?: number;
}

/** What became of the calls of one method on one side, since the endpoint was bound. */
export interface InspectedMethod {
  readonly side: CallSide;
  readonly service: string;
  /** The property of the class. */
  readonly method: string;
  readonly started: number;
  /** How many have not ended. */
  readonly running: number;
  readonly answered: number;
  /** How many ended in any other way. */
  readonly failed: number;
  /** Of the calls that have ended since the update before; of `snapshot()` all of them. Streams are left out. */
  readonly latency: InspectedLatency;
}

/** One call, as an update tells it. */
export interface InspectedCall {
  /** Tells calls of one endpoint apart, in the order in which they started. */
  readonly id: number;
  readonly side: CallSide;
  readonly service: string;
  /** The property of the class; of a method that is not served, what the wire calls it: on the native wire a hash. */
  readonly method: string;
  /** The other side, `host:port`. */
  readonly peer: string;
  /** Milliseconds since the epoch, by the clock of the endpoint's machine. */
  readonly startedAt: number;
  /** Milliseconds until it ended; undefined while it runs. */
  readonly durationMs?: number;
  /** Undefined while it runs. `'refused'` and `'abandoned'` are of calls that peers made. */
  readonly outcome?: CallOutcome | 'refused' | 'abandoned';
  /** Where it failed. */
  readonly code?: RpcErrorCode;
  /** Whether the handler ran, as far as the endpoint knows; undefined while it runs. */
  readonly executed?: Executed;
  /** Of the encoded arguments. */
  readonly argsBytes: number;
  /** Of the encoded result, or of all values of a stream together; undefined where there is none. */
  readonly answerBytes?: number;
  /** How many values of a stream there were. */
  readonly answerItems?: number;
}

/** What is known of one peer. */
export interface InspectedPeer extends Omit<PeerStats, 'address' | 'roundTripMs'> {
  /** `host:port`. */
  readonly address: string;
  /** Smoothed, in milliseconds; undefined before the first sample. */
  readonly roundTripMs?: number;
  /** What came from its address and was dropped, as far as it is among the sources that were heard last. */
  readonly dropped: number;
}

/** What an endpoint does at a moment, and what has happened since the update before. */
export interface InspectionUpdate {
  /** Milliseconds since the epoch, by the clock of the endpoint's machine. */
  readonly at: number;
  /** Milliseconds since it was bound. */
  readonly boundMs: number;
  /** Milliseconds since the update before; of the first, and of `snapshot()`, since it was bound. */
  readonly sinceMs: number;
  /** Counters since it was bound. The calls of `Inspection` itself are among them, and nowhere else. */
  readonly stats: Omit<EndpointStats, 'peers'>;
  /** Those with the most datagrams, at most 64. */
  readonly peers: readonly InspectedPeer[];
  /** How many peers there are. */
  readonly peerCount: number;
  readonly methods: readonly InspectedMethod[];
  /** Of all methods together, since the update before. */
  readonly latency: Readonly<Record<CallSide, InspectedLatency>>;
  /** Those that have ended since the update before, oldest first, and then those that run; at most 100. */
  readonly calls: readonly InspectedCall[];
  /** How many calls have ended since the update before and are not among them. */
  readonly callsOmitted: number;
}

/** What `Inspection.watch` takes. */
export interface InspectionOptions {
  /** How long from one update to the next, in milliseconds: 100 to 60,000. Default: 500. */
  readonly intervalMs?: number;
}
