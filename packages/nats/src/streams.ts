import { RpcError, type RpcErrorCode } from '@rpcudp/core';
import {
  DeadlineHeap,
  type CallHandle,
  type CallStream,
  type EndFailure,
  type ItemStreams,
  type Millis,
  type StreamOutput,
} from '@rpcudp/core/endpoint';
import { HEADER, type HeaderPairs } from './headers.js';
import { HEARTBEATS_MISSED } from './limits.js';
import type { Link } from './link.js';
import type { NatsStreamEnd, StreamEndOwner, StreamKind } from './stream-end.js';

/** What {@link NatsStreams} work with. */
export interface StreamsParts {
  readonly link: Link;
  readonly now: () => Millis;
  readonly heartbeatMs: Millis;
  readonly output: (output: StreamOutput) => void;
  /** Where this side hears what is sent to an end. */
  readonly subjectOf: (end: NatsStreamEnd) => string;
  readonly broken: (end: NatsStreamEnd, error: RpcError) => void;
  /** The end of a call of ours. */
  readonly streamOf: (handle: CallHandle) => NatsStreamEnd;
  /** The caller waits for an item until then. */
  readonly expect: (end: NatsStreamEnd, by: Millis) => void;
}

/** The streams of one engine: sends for their ends, and finds out when the other end is gone. */
export class NatsStreams implements ItemStreams, StreamEndOwner {
  readonly #parts: StreamsParts;
  readonly #open = new DeadlineHeap<NatsStreamEnd>();

  constructor(parts: StreamsParts) {
    this.#parts = parts;
  }

  get nextWake(): Millis {
    return this.#open.earliest;
  }

  /** The ends know of each other from now on. */
  opened(end: NatsStreamEnd, peer: string): void {
    const now = this.#parts.now();
    end.peer = peer;
    end.heardAt = now;
    end.sentAt = now;
    end.deadline = now + this.#parts.heartbeatMs;
    this.#open.add(end);
  }

  ended(end: NatsStreamEnd): void {
    end.over = true;
    this.#open.remove(end);
  }

  /** Says that this end is there, and finds those of which the other has not been heard for too long. */
  wake(now: Millis): void {
    const { heartbeatMs } = this.#parts;
    for (let end = this.#open.takeDue(now); end !== undefined; end = this.#open.takeDue(now)) {
      const lostAt = end.heardAt + HEARTBEATS_MISSED * heartbeatMs;
      if (now >= lostAt) {
        const message = `The other end of the stream has not been heard for ${HEARTBEATS_MISSED * heartbeatMs} ms.`;
        this.broken(end, 'UNAVAILABLE', message);
        continue;
      }
      if (now >= end.sentAt + heartbeatMs) this.send(end, 'ping');
      end.deadline = Math.min(lostAt, end.sentAt + heartbeatMs);
      this.#open.add(end);
    }
  }

  /** Nobody hears what is sent to the other end any more: the server said so. */
  peerGone(end: NatsStreamEnd): void {
    this.broken(end, 'UNAVAILABLE', 'The other end of the stream is gone: nobody listens there any more.');
  }

  send(end: NatsStreamEnd, kind: StreamKind, headers: HeaderPairs = [], payload?: Uint8Array): void {
    const { link, now, subjectOf } = this.#parts;
    // Without a connection nothing of a stream goes on: its end is told by the state of the connection.
    if (end.peer === undefined || end.over || link.state !== 'connected') return;
    link.send({
      subject: end.peer,
      // So that the server says so if nobody hears it.
      reply: kind === 'ping' || kind === 'accept' ? subjectOf(end) : undefined,
      headers: [[HEADER.kind, kind], ...headers],
      ...(payload === undefined ? {} : { payload }),
    });
    end.sentAt = now();
  }

  output(output: StreamOutput): void {
    this.#parts.output(output);
  }

  broken(end: NatsStreamEnd, code: RpcErrorCode, message: string): void {
    const executed = end.isCaller && !end.started ? 'unknown' : 'yes';
    this.#parts.broken(end, new RpcError(code, message, { executed }));
  }

  streamOf(handle: CallHandle): CallStream {
    return this.#parts.streamOf(handle);
  }

  sendItem(stream: CallStream, payload: Uint8Array): boolean {
    return (stream as NatsStreamEnd).sendItem(payload);
  }

  endItems(stream: CallStream, failure?: EndFailure): void {
    const headers: HeaderPairs = failure === undefined ? [] : [[HEADER.code, failure.code]];
    (stream as NatsStreamEnd).endItems(headers, failure?.payload);
  }

  take(stream: CallStream, items: number, bytes: number): boolean {
    (stream as NatsStreamEnd).take(items, bytes);
    return false;
  }

  stopItems(stream: CallStream): void {
    (stream as NatsStreamEnd).stopItems();
  }

  expectItem(stream: CallStream, by: Millis): void {
    this.#parts.expect(stream as NatsStreamEnd, by);
  }
}
