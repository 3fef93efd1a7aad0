/**
 * The contract between a protocol engine and the endpoint that drives it: the same for every wire.
 *
 * An engine is a pure state machine. It sees no socket, no clock, no timer and no randomness of its own. Its driver
 * mutates it (`call`, `respond`, `receive`, `wake` …), then flushes it and drains `takeOutput()` until it is empty, then arms one
 * timer for what `settle` gives. The engine never calls out, so nothing can re-enter it.
 *
 * It also knows neither classes nor values: methods are keys and payloads are bytes that somebody else encoded.
 */
import type { Address } from '../address.js';
import type { WireName } from '../wire-name.js';
import type { CallEngine, CallOutput, OutgoingCall } from './call-engine.js';
import type { Millis } from './millis.js';
import type { PeerStats } from './peer-stats.js';
import type { GivenReply } from './request.js';
import type { TraceEvent } from './trace-events.js';

export {
  EXECUTED,
  type Acknowledged,
  type CallEngine,
  type CallHandle,
  type CallOutput,
  type OutgoingCall,
  type PeerSecurity,
  type TransportEngine,
} from './call-engine.js';
export type {
  CallStream,
  EndFailure,
  ItemStreams,
  OutgoingStreams,
  StreamDirections,
  StreamOutput,
} from './item-streams.js';
export type { Millis } from './millis.js';
export type { CallOutcome, PeerStats } from './peer-stats.js';
export type { DropReason } from './drop-reason.js';
export type { EngineTraits, WireMethod } from './engine-traits.js';
export type { GivenReply, IncomingRequest, PeerHandle, Refusal, Replier } from './request.js';
export type { TraceEvent } from './trace-events.js';
export type { TransportName, WireName } from '../wire-name.js';

/** Draws random bytes: cryptographic ones in production, seeded ones in a simulation. The engine may keep the result. */
export type RandomBytes = (length: number) => Uint8Array;

/** A message authentication code of at least 16 bytes over `bytes`, which only who has the key can make. */
export type Mac = (key: Uint8Array, bytes: Uint8Array) => Uint8Array;

/** What an engine wants done. */
export type EngineOutput<C extends OutgoingCall = OutgoingCall> =
  /** Send this. If `call` is given and the system refuses the datagram, the call has failed. */
  | {
      readonly kind: 'transmit';
      readonly datagram: Uint8Array;
      readonly to: Address;
      readonly call: C | undefined;
      /** Whether the engine wants to hear of a refusal: the system's answer costs a good part of what sending costs. */
      readonly watched: boolean;
    }
  /** Something of a call or a request. */
  | CallOutput<C>
  /** Something happened that somebody watches: tell them. Only of an engine that is {@link Engine.traced}. */
  | { readonly kind: 'traced'; readonly event: TraceEvent }
  /** The datagram of a stranger, for who takes strangers: see `PortShare`. */
  | { readonly kind: 'stray'; readonly datagram: Uint8Array; readonly from: Address };

/** What a datagram is, for the log. Never used to decide anything. */
export interface DatagramDescription {
  readonly type: string;
  /** The first bytes of the message id in hexadecimal, or `''`. */
  readonly id: string;
  /** The method's name as bytes of UTF-8, where the datagram names one. */
  readonly method: Uint8Array | undefined;
}

/** A protocol engine: see the head of this file. */
export interface Engine<C extends OutgoingCall = OutgoingCall> extends CallEngine<C> {
  readonly wire: WireName;

  /** Whether it tells as well what happens in it, for those who watch: see {@link TraceEvent}. May change at any time. */
  traced: boolean;

  /** Whether a datagram is this wire's, by its first byte. */
  owns(datagram: Uint8Array): boolean;

  /** Takes a datagram that `owns` accepted. Never throws. The engine may keep the bytes, so they must not change. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void;

  /**
   * The system refused to send a transmit that names no call. Gives the calls that have ended with it: those of which
   * nothing was ever sent. Others wait on, as if the datagram had been lost.
   */
  sendRefused(to: Address, now: Millis): C[];

  /** Calls and answers that came since the last flush and wait for the next. */
  readonly waitingMessages: number;

  /**
   * Builds the datagrams that may go out now, as outputs; gives whether there were any. A wire that shares datagrams
   * between calls builds them only here; one that does not has nothing to flush.
   */
  flush(now: Millis): boolean;

  /** Whether the last flush left some of them for the next, so that what it built can leave before. */
  readonly leftOff: boolean;

  /**
   * Lets no more calls begin to arrive that take more than a packet, and refuses those of which only parts have come:
   * `UNAVAILABLE`. Others are still given as requests.
   */
  drain(now: Millis): void;

  /**
   * Asks for an acknowledgement of the replies that have not arrived yet, as far as is known, and gives them; none on a wire that
   * has no way to know.
   */
  confirmReplies(): GivenReply[];

  /** The next output, or undefined when there is none. */
  takeOutput(): EngineOutput<C> | undefined;

  /** Whether something has happened since `settle`, so that there may be something to flush. */
  readonly unsettled: boolean;

  /** What is known of each peer; none on a wire that remembers nothing of them. */
  peers(): PeerStats[];

  /** Describes a datagram for the log, whatever it is. Never throws. */
  describe(datagram: Uint8Array): DatagramDescription;
}
