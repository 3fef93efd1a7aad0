/**
 * What an engine is to the layers above, whatever carries its calls: datagrams, of which `engine.ts` says the rest, or the
 * messages of another transport.
 *
 * Whoever drives it mutates it (`call`, `respond`, `wake` …), then drains `takeOutput()` until it is empty, then arms one timer
 * for what `settle` gives. It never calls out to those above, so nothing can re-enter it; what it sends is its own affair.
 */
import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type { ErrorOrigin, Executed, RpcError, RpcErrorCode } from '../errors.js';
import type { TransportName } from '../wire-name.js';
import type { DropReason } from './drop-reason.js';
import type { EngineTraits, WireMethod } from './engine-traits.js';
import type { ItemStreams, OutgoingStreams, StreamOutput } from './item-streams.js';
import type { Millis } from './millis.js';
import type { IncomingRequest, PeerHandle, Replier } from './request.js';

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

/** What an engine wants done for calls and requests, whatever carries them. */
export type CallOutput<C extends OutgoingCall = OutgoingCall> =
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
  /** The call cannot go on, for a reason that only what carries it can tell. */
  | { readonly kind: 'failed'; readonly call: C; readonly error: RpcError }
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
  /** Something was dropped: count it. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly from: Address; readonly bytes: number };

/** What carries calls: see the head of this file. */
export interface CallEngine<C extends OutgoingCall = OutgoingCall> extends Replier {
  readonly wire: TransportName;

  readonly traits: EngineTraits;

  /** What it does for calls with streams; undefined on a wire that carries none. */
  readonly streams?: ItemStreams | undefined;

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

  /** Does what is due at `now`. */
  wake(now: Millis): void;

  /** Says a last word to those who should know that this endpoint goes, as outputs. Pending calls have been cancelled. */
  close(now: Millis): void;

  /** Gives when `wake` is next due, `Infinity` if never, as long as nothing else happens. To be called when all is flushed. */
  settle(): Millis;
}

/** What carries calls without datagrams, and is driven by a `TransportDriver`. */
export interface TransportEngine<C extends OutgoingCall = OutgoingCall> extends CallEngine<C> {
  /** The next output, or undefined when there is none. */
  takeOutput(): CallOutput<C> | undefined;
}
