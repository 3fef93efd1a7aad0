import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type { Executed, RpcErrorCode } from '../errors.js';
import type { CallStream } from './item-streams.js';
import type { Millis } from './millis.js';

/** An engine's name for the peer that sent a request, wherever it moves; the rest of it only that engine can read. */
export interface PeerHandle {
  /** Where the peer is now. */
  readonly address: Address;
  /** The public key that it has proved to own; undefined if none. */
  readonly identity?: Uint8Array | undefined;
  /** Whether what it sends is encrypted. */
  readonly sealed?: boolean;
}

/** A call that a peer made. The driver hands the same object back to `respond` or `refuse`. */
export interface IncomingRequest {
  readonly from: Address;
  /** For {@link OutgoingCall.via} of calls back to who sent it; undefined on a wire that remembers nothing of its peers. */
  readonly via: PeerHandle | undefined;
  /** The key of the {@link WireMethod} that is called. */
  readonly method: string | number;
  /** The encoded array of arguments. A view into the datagram. */
  readonly args: Uint8Array;
  /** What follows `args`, in memory of its own that is the driver's, where the codec wanted that. */
  readonly argsRest?: Uint8Array | undefined;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  /** Encoded metadata, if there is any. A view into the datagram. */
  readonly metadata: Uint8Array | undefined;
  /** When nobody will want the answer any more. */
  readonly deadline: Millis;
  /** Whether `deadline` is the caller's own; otherwise it is only this side's limit for a handler. */
  readonly deadlineFromCaller: boolean;
  /** This end of its streams, and which ways they go; undefined if it has none. */
  readonly stream?: CallStream | undefined;
  /** What the driver knows of it. The engine leaves it alone. */
  handling?: unknown;
}

/** A "no" for the other side. A wire that has no way to say no sends nothing. */
export interface Refusal {
  readonly code: RpcErrorCode;
  readonly message: string;
  readonly executed: Executed;
  /** The encoded pair of the message and the error's details, for wires that carry it. */
  readonly payload?: Uint8Array | undefined;
}

/** What answers requests: an engine, or the end of another transport. */
export interface Replier {
  /**
   * Answers a request; gives whether the answer was still wanted. Does nothing if the request was cancelled or answered
   * before.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE`; the request is then still unanswered.
   */
  respond(request: IncomingRequest, payload: Uint8Array): boolean;

  /** Says no to a request. Does nothing if it was cancelled or answered before. */
  refuse(request: IncomingRequest, refusal: Refusal): void;
}

/** An answer or a refusal that was given to an engine. */
export interface GivenReply {
  /** Whether it has arrived, or will not be sent again. */
  readonly ended: boolean;
}
