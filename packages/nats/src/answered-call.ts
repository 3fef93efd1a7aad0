import type { Address, Delivery } from '@rpcudp/core';
import type { Deadlined, IncomingRequest, Millis } from '@rpcudp/core/endpoint';
import { HANDLER_TIMEOUT_MS } from './limits.js';
import type { LinkMessage } from './link.js';
import type { RequestHead } from './request-head.js';
import type { NatsStreamEnd } from './stream-end.js';

/** A call that somebody made, until it is answered. */
export class AnsweredNatsCall implements IncomingRequest, Deadlined {
  readonly from: Address;
  readonly via = undefined;
  readonly method: string;
  readonly args: Uint8Array;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  readonly metadata: Uint8Array | undefined;
  readonly deadline: Millis;
  readonly deadlineFromCaller: boolean;
  stream: NatsStreamEnd | undefined;
  handling?: unknown;
  heapIndex = -1;
  over = false;
  /** Where the answer goes; `''` if nobody wants one. */
  readonly reply: string;
  readonly startedAt: Millis;

  constructor(method: string, message: LinkMessage, head: RequestHead, metadata: Uint8Array | undefined, now: Millis) {
    const { timeoutMs, stream } = head;
    this.method = method;
    this.reply = message.reply;
    this.from = { host: message.reply.slice(0, Math.max(0, message.reply.lastIndexOf('.'))) || 'nobody', port: 0 };
    this.args = message.payload;
    this.delivery = head.delivery;
    this.oneWay = head.oneWay || message.reply === '';
    this.metadata = metadata;
    // A stream may go on for ever: heartbeats tell when its caller is gone.
    this.deadline = now + (timeoutMs ?? (stream === undefined ? HANDLER_TIMEOUT_MS : Infinity));
    this.deadlineFromCaller = timeoutMs !== undefined || stream !== undefined;
    this.startedAt = now;
  }
}
