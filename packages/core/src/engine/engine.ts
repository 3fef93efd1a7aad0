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
import type { Delivery } from '../delivery.js';
import type { ItemStreams, OutgoingStreams, StreamOutput } from './item-streams.js';
import type { Millis } from './millis.js';
import type { EngineTraits, WireMethod } from './engine-traits.js';
import type { DropReason } from './drop-reason.js';
import type { PeerStats } from './peer-stats.js';
import type { GivenReply, IncomingRequest, PeerHandle, Replier } from './request.js';
import type { TraceEvent } from './trace-events.js';
import type { ErrorOrigin, Executed, RpcErrorCode } from '../errors.js';
import type { WireName } from '../wire-name.js';

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
export type { WireName } from '../wire-name.js';

/** What says on the wire whether a call ran, in its order there. */
export const EXECUTED = ['no', 'yes', 'unknown'] as const satisfies readonly Executed[];

/** An engine's name for a call of ours; only that engine can read it. */
export type CallHandle = unknown;

/** How much of a call has arrived, as far as its caller knows. */
export interface Acknowledged {
  /** Of the encoded arguments. */
  readonly acknowledgedBytes: number;
  /** Whether they were too large to travel whole. */
  readonly inParts: boolean;
}

/** Who must answer a call, and what may be sent before they have. */
export interface PeerSecurity {
  /** Of the identity that must answer; undefined where whoever knows the shared secret may. */
  readonly publicKey: Uint8Array | undefined;
  /** By which associations with it are found: of a public key the characters of its bytes, of the shared secret a word. */
  readonly name: string;
  /** Whether calls that must not run twice may leave before the peer has answered, though they can be replayed then. */
  readonly earlyData: boolean;
}

/** Draws random bytes: cryptographic ones in production, seeded ones in a simulation. The engine may keep the result. */
export type RandomBytes = (length: number) => Uint8Array;

/** A message authentication code of at least 16 bytes over `bytes`, which only who has the key can make. */
export type Mac = (key: Uint8Array, bytes: Uint8Array) => Uint8Array;

/** A call as its caller hands it to the engine, which gives the same object back in the outputs that end it. */
export interface OutgoingCall {
  readonly to: Address;
  /** The peer that is called, if a request of its own named it: it is called wherever it is now, else at `to`. */
  readonly via?: PeerHandle | undefined;
  /** Who must answer; undefined if anybody may, and nothing is encrypted. */
  readonly security?: PeerSecurity | undefined;
  /** Whether to send it only when the peer has answered something, so that nothing has run if it never does. */
  readonly waitForReady?: boolean;
  /** Whether somebody waits to hear, as `progress`, that more of its arguments were acknowledged. May change at any time. */
  readonly watched?: boolean;
  /** Whether there is no call to send: it is over, as `sent`, as soon as the peer shows that it is there. */
  readonly probe?: boolean;
  /** What {@link Engine.wireMethod} gave for the method. */
  readonly method: WireMethod;
  /** The encoded array of arguments. Not to be changed until the call has ended. */
  readonly args: Uint8Array;
  readonly delivery: Delivery;
  /** Whether no answer is wanted. */
  readonly oneWay: boolean;
  /** Encoded metadata, where the wire can carry it. */
  readonly metadata: Uint8Array | undefined;
  /** When to stop waiting. */
  readonly deadline: Millis;
  /** Which of its values are streams of items; undefined if none is. Only for an engine that has {@link Engine.streams}. */
  readonly streams?: OutgoingStreams | undefined;
}

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
  /** Run a handler, then `respond` or `refuse`. */
  | { readonly kind: 'request'; readonly request: IncomingRequest }
  /** Refuse a request, which found no room: `RESOURCE_EXHAUSTED`, and when to try again, in milliseconds, as its details. */
  | { readonly kind: 'overload'; readonly request: IncomingRequest; readonly retryAfterMs: Millis }
  /** Bytes that answer a call, which has ended with them: a view into the datagram. */
  | {
      readonly kind: 'response';
      readonly call: C;
      readonly payload: Uint8Array;
      /** What follows it, in memory of its own that is the driver's, where the codec wanted that. */
      readonly rest?: Uint8Array | undefined;
    }
  /** More of the arguments of a call that is `watched` were acknowledged. */
  | { readonly kind: 'progress'; readonly call: C }
  /** A one-way call has been sent, or a probe answered; `delivered` if it is known to have arrived. */
  | { readonly kind: 'sent'; readonly call: C; readonly delivered: boolean }
  /** The other side said no, or this side cannot go on. The payload is an encoded pair of message and details. */
  | {
      readonly kind: 'failure';
      readonly call: C;
      readonly code: RpcErrorCode;
      readonly executed: Executed;
      readonly origin: ErrorOrigin;
      readonly payload: Uint8Array | undefined;
    }
  /** Nobody answered the call before its deadline. */
  | { readonly kind: 'silence'; readonly call: C }
  /** Nobody waits for this request's answer any more: abort its handler. Answering it does nothing. */
  | {
      readonly kind: 'cancelled';
      readonly request: IncomingRequest;
      /** `CANCELLED` by the caller or with the association, or its deadline came. */
      readonly code: 'CANCELLED' | 'DEADLINE_EXCEEDED';
    }
  /** Something of a call with streams. */
  | StreamOutput
  /** Something happened that somebody watches: tell them. Only of an engine that is {@link Engine.traced}. */
  | { readonly kind: 'traced'; readonly event: TraceEvent }
  /** The datagram of a stranger, for who takes strangers: see `PortShare`. */
  | { readonly kind: 'stray'; readonly datagram: Uint8Array; readonly from: Address }
  /** Something was dropped: count it. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly from: Address; readonly bytes: number };

/** What a datagram is, for the log. Never used to decide anything. */
export interface DatagramDescription {
  readonly type: string;
  /** The first bytes of the message id in hexadecimal, or `''`. */
  readonly id: string;
  /** The method's name as bytes of UTF-8, where the datagram names one. */
  readonly method: Uint8Array | undefined;
}

/** A protocol engine: see the head of this file. */
export interface Engine<C extends OutgoingCall = OutgoingCall> extends Replier {
  readonly wire: WireName;

  readonly traits: EngineTraits;

  /** Whether it tells as well what happens in it, for those who watch: see {@link TraceEvent}. May change at any time. */
  traced: boolean;

  /** What it does for calls with streams; undefined on a wire that carries none. */
  readonly streams?: ItemStreams | undefined;

  /** Whether a datagram is this wire's, by its first byte. */
  owns(datagram: Uint8Array): boolean;

  /** How this wire names a method; service and method are UTF-8. Two methods of one endpoint must differ in it. */
  wireMethod(service: Uint8Array, method: Uint8Array): WireMethod;

  /**
   * Starts a call. Returns a handle for `cancel`, valid until the call has ended.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE` or `RESOURCE_EXHAUSTED`; nothing was sent then.
   */
  call(call: C, now: Millis): CallHandle;

  /** Forgets a call: no output will mention it again. Does nothing if the call has ended. */
  cancel(handle: CallHandle): void;

  /** Whether anything of a call has left, so that the other side may have run it; known also when it has ended. */
  wasSent(handle: CallHandle): boolean;

  /** How much of a call has arrived; known also when it has ended. */
  acknowledged(handle: CallHandle): Acknowledged;

  /** Takes a datagram that `owns` accepted. Never throws. The engine may keep the bytes, so they must not change. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void;

  /**
   * The system refused to send a transmit that names no call. Gives the calls that have ended with it: those of which
   * nothing was ever sent. Others wait on, as if the datagram had been lost.
   */
  sendRefused(to: Address, now: Millis): C[];

  /** Does what is due at `now`. */
  wake(now: Millis): void;

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

  /** Says a last word to those who should know that this endpoint goes, as outputs. Pending calls have been cancelled. */
  close(now: Millis): void;

  /** The next output, or undefined when there is none. */
  takeOutput(): EngineOutput<C> | undefined;

  /** Whether something has happened since `settle`, so that there may be something to flush. */
  readonly unsettled: boolean;

  /** Gives when `wake` is next due, `Infinity` if never, as long as nothing else happens. To be called when all is flushed. */
  settle(): Millis;

  /** What is known of each peer; none on a wire that remembers nothing of them. */
  peers(): PeerStats[];

  /** Describes a datagram for the log, whatever it is. Never throws. */
  describe(datagram: Uint8Array): DatagramDescription;
}
