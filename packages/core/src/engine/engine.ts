/**
 * The contract between a protocol engine and the endpoint that drives it: the same for every wire.
 *
 * An engine is a pure state machine. It sees no socket, no clock, no timer and no randomness of its own. Its driver
 * mutates it (`call`, `respond`, `receive`, `wake` …), then drains `poll()` until it is empty, then arms one timer for
 * `nextWake`. The engine never calls out, so nothing can re-enter it.
 *
 * It also knows neither classes nor values: methods are keys and payloads are bytes that somebody else encoded.
 */
import type { Address } from '../address.js';
import type { RpcErrorCode, Executed } from '../errors.js';

/** A moment on the driver's monotonic clock, or a span of it, in milliseconds with fractions. */
export type Millis = number;

/** The wires there are. */
export type WireName = 'rpcudp';

/** Draws random bytes: cryptographic ones in production, seeded ones in a simulation. The engine may keep the result. */
export type RandomBytes = (length: number) => Uint8Array;

/** A call as its caller hands it to the engine, which gives the same object back in the outputs that end it. */
export interface OutgoingCall {
  readonly to: Address;
  /** What {@link Engine.methodKey} gave for the method. */
  readonly method: Uint8Array;
  /** The encoded array of arguments. Read during `call` only, unless the wire retransmits. */
  readonly args: Uint8Array;
  /** When to stop waiting. */
  readonly deadline: Millis;
}

/** A call that a peer made. The driver hands the same object back to `respond` or `refuse`. */
export interface IncomingRequest {
  readonly from: Address;
  /** To be compared with {@link Engine.methodKey}. A view into the datagram. */
  readonly method: Uint8Array;
  /** The encoded array of arguments. A view into the datagram. */
  readonly args: Uint8Array;
  /** When nobody will want the answer any more. */
  readonly deadline: Millis;
  /** Whether `deadline` is the caller's own; otherwise it is only this side's limit for a handler. */
  readonly deadlineFromCaller: boolean;
}

/** A "no" for the other side. A wire that has no way to say no sends nothing. */
export interface Refusal {
  readonly code: RpcErrorCode;
  readonly message: string;
  readonly executed: Executed;
}

/** Why a datagram, or a request in it, was dropped. Each is a counter of the endpoint. */
export type DropReason =
  | 'too-small'
  | 'unknown-type'
  | 'malformed-request'
  | 'malformed-args'
  | 'malformed-response'
  | 'unexpected-response'
  | 'wrong-source'
  | 'unknown-method'
  | 'refused-args'
  | 'overload'
  | 'closed';

/** What an engine wants done. */
export type EngineOutput<C extends OutgoingCall = OutgoingCall> =
  /** Send this. If `call` is given and the system refuses the datagram, the call has failed. */
  | { readonly kind: 'transmit'; readonly datagram: Uint8Array; readonly to: Address; readonly call: C | undefined }
  /** Run a handler, then `respond` or `refuse`. */
  | { readonly kind: 'request'; readonly request: IncomingRequest }
  /** Bytes that answer a call, a view into the datagram. The call still waits until {@link Engine.accept}. */
  | { readonly kind: 'response'; readonly call: C; readonly handle: number; readonly payload: Uint8Array }
  /** Nobody answered the call before its deadline. */
  | { readonly kind: 'silence'; readonly call: C }
  /** Nobody waits for this request's answer any more: abort its handler. Answering it does nothing. */
  | { readonly kind: 'cancelled'; readonly request: IncomingRequest }
  /** Something was dropped: count it. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly from: Address; readonly bytes: number };

/** What a datagram is, for the log. Never used to decide anything. */
export interface DatagramDescription {
  readonly type: string;
  /** The first bytes of the message id in hexadecimal, or `''`. */
  readonly id: string;
  /** {@link Engine.methodKey}, where the datagram names a method. */
  readonly method: Uint8Array | undefined;
}

/** A protocol engine: see the head of this file. */
export interface Engine<C extends OutgoingCall = OutgoingCall> {
  readonly wire: WireName;

  /** Whether a datagram is this wire's, by its first byte. */
  owns(datagram: Uint8Array): boolean;

  /** How this wire names a method; service and method are UTF-8. Two methods of one endpoint must differ in it. */
  methodKey(service: Uint8Array, method: Uint8Array): Uint8Array;

  /**
   * Starts a call. Returns a handle for `cancel`, valid until the call has ended.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE`; nothing was sent then.
   */
  call(call: C, now: Millis): number;

  /** Ends a call whose response could be decoded. Without it the call waits on, as if the response had been lost. */
  accept(handle: number): void;

  /** Forgets a call: no output will mention it again. Does nothing if the call has ended. */
  cancel(handle: number, now: Millis): void;

  /**
   * Answers a request. Does nothing if it was cancelled or answered before.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE`; the request is then still unanswered.
   */
  respond(request: IncomingRequest, payload: Uint8Array, now: Millis): void;

  /** Says no to a request. Does nothing if it was cancelled or answered before. */
  refuse(request: IncomingRequest, refusal: Refusal, now: Millis): void;

  /** Takes a datagram that `owns` accepted. Never throws. The engine does not keep the bytes. */
  receive(datagram: Uint8Array, from: Address, now: Millis): void;

  /** Does what is due at `now`. */
  wake(now: Millis): void;

  /** The next output, or undefined when there is none. */
  poll(): EngineOutput<C> | undefined;

  /** When `wake` is next due; `Infinity` if never. Changed by every mutation, so read it after draining. */
  readonly nextWake: Millis;

  /** Calls that wait for an answer. */
  readonly pendingCalls: number;

  /** Requests that wait for `respond` or `refuse`. */
  readonly unansweredRequests: number;

  /** Describes a datagram for the log, whatever it is. Never throws. */
  describe(datagram: Uint8Array): DatagramDescription;
}
