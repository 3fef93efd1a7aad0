import type { MessagePort } from 'node:worker_threads';
import type { Address, RpcErrorCode } from '@rpcudp/core';
import type { Executed } from '@rpcudp/core/endpoint';
import type { Reach } from '../address.js';
import type { SocketBuffers } from '../udp-socket.js';

/**
 * What a worker is started with: its place at the port. It goes from one thread to another, and maybe from one copy of this
 * package to another, so there is nothing in it but data.
 */
export interface Seat {
  readonly port: MessagePort;
  /** The memory of the rings: see `DatagramRing`. */
  readonly toWorker: SharedArrayBuffer;
  readonly toOwner: SharedArrayBuffer;
  /** Which mark its ids carry, of how many, under which seed. */
  readonly mark: number;
  readonly marks: number;
  readonly seed: number;
  /** The port that all share. */
  readonly address: Address;
  readonly reach: Reach;
  readonly buffers: SocketBuffers;
}

/** How an error goes to another thread. */
export interface ToldError {
  readonly code: RpcErrorCode;
  readonly message: string;
  readonly executed: Executed;
}

/** What the owner of the port says to a worker. */
export type ToWorker =
  /** There is something in the ring. */
  | { readonly kind: 'wake' }
  /** Bind: strangers come from now on. */
  | { readonly kind: 'open' }
  /** Take no more strangers: hand them on. */
  | { readonly kind: 'retire' }
  /** Finish within these times, and close. */
  | { readonly kind: 'leave'; readonly drainMs: number; readonly graceMs: number }
  /** A watched datagram could not be sent. */
  | { readonly kind: 'refused'; readonly number: number; readonly error: ToldError }
  /** The socket failed. */
  | { readonly kind: 'failed'; readonly error: ToldError };

/** What a worker says to the owner of the port. */
export type ToOwner =
  | { readonly kind: 'wake' }
  /** Its script has asked to be bound. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'bound' }
  /** It hands strangers on from now on. */
  | { readonly kind: 'retired' }
  /** Its endpoint has closed, and it has said all. */
  | { readonly kind: 'left' };

/** By which a worker finds its seat in its `workerData`. */
const SEAT = 'rpcudp.seat';

/** What a worker is to find as `workerData`. */
export function workerDataOf(seat: Seat): unknown {
  return { [SEAT]: seat };
}

/** The seat in what a worker has found as `workerData`; undefined if it was not started for that. */
export function seatOf(workerData: unknown): Seat | undefined {
  if (typeof workerData !== 'object' || workerData === null) return undefined;
  return (workerData as Readonly<Record<string, Seat | undefined>>)[SEAT];
}
