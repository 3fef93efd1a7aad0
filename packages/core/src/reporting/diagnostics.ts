/**
 * What this library tells on `node:diagnostics_channel`, for those who trace and measure: docs/guides/observability.md. Names
 * are shared by all copies of this package in a process, so whoever subscribes hears of all of them.
 */
import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel';
import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type { DropReason, TransportName } from '../engine/engine.js';
import type { Executed, RpcErrorCode } from '../errors.js';
import type { Reply } from '../reply.js';
import type { StreamSides } from '../shape.js';

/** What is told of a call on either side: one object from its start to its end. */
export interface TracedMessage {
  /** The service's name. */
  readonly service: string;
  /** The method's name on the wire. */
  readonly method: string;
  /** Both: `Service/method`. */
  readonly name: string;
  /** The other side, `host:port`, or the name that was called. */
  readonly remote: string;
  /** What carries it; undefined of a transport that has no name here. */
  readonly wire: TransportName | undefined;
  /** Whose values follow each other; undefined if it has no streams. */
  readonly stream: StreamSides | undefined;
  /** How hard it is tried. */
  readonly delivery: Delivery;
  /** At its end: `'OK'`, or the error's code. Silence is `'DEADLINE_EXCEEDED'`. */
  code?: 'OK' | RpcErrorCode;
  /** At its end: whether the method ran. */
  executed?: Executed;
  /**
   * At its end, if it failed: on the caller's side an `RpcError`, also for silence; on the callee's whatever the handler threw.
   * Who leaves a stream gets no error: then the code alone says `'CANCELLED'`.
   */
  error?: unknown;
}

/** What `tracing:rpcudp.call:*` tells of a call that is made here, with all that is tried again for it. */
export interface TracedCall extends TracedMessage {
  /**
   * What travels beside the arguments, the call's own copy: who hears of `start` may add to it. Undefined where the wire
   * carries none.
   */
  readonly metadata: Record<string, string> | undefined;
  /** At its end: what it gave, unless that was a stream. */
  reply?: Reply<unknown>;
}

/** What `tracing:rpcudp.handle:*` tells of a call that is handled here. */
export interface TracedRequest extends TracedMessage {
  /** What its caller sent beside the arguments. Text of a stranger's. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Runs what is done for the call, in whatever context that needs. Who hears of `start` may put another function in its
   * place, which calls the one before. Stores that are bound to the channel need none.
   */
  enter: <T>(run: () => T) => T;
}

/** What `rpcudp.dropped` tells: a datagram, or a call in one, was dropped or refused unseen. Anybody can cause it. */
export interface TracedDrop {
  /** One of the counters of `endpoint.stats().dropped`. */
  readonly reason: DropReason;
  /** Where it came from, which can be forged. */
  readonly from: Address;
  /** How much of it there was, as far as that is known; else 0. */
  readonly bytes: number;
}

export const CALLS: TracingChannel<unknown, TracedCall> = tracingChannel('rpcudp.call');
export const REQUESTS: TracingChannel<unknown, TracedRequest> = tracingChannel('rpcudp.handle');
export const DROPS: Channel = channel('rpcudp.dropped');

/** What came of a call. */
export type TracedEnd = Pick<TracedMessage, 'code' | 'executed' | 'error'> & Pick<TracedCall, 'reply'>;

/** Tells of the end of a call, once. @param begun Whether `asyncStart` was told before. */
export function tellEnd<M extends TracedMessage>(
  channels: TracingChannel<unknown, M>,
  message: M,
  end: TracedEnd,
  begun = false,
): void {
  if (message.code !== undefined) return;
  Object.assign(message, end);
  if (message.error !== undefined) channels.error.publish(message);
  if (!begun) channels.asyncStart.publish(message);
  channels.asyncEnd.publish(message);
}
