import { RpcError, type Codec } from '@rpcudp/core';
import {
  DeadlineHeap,
  type CallHandle,
  type CallOutput,
  type Executed,
  type Millis,
  type OutgoingCall,
} from '@rpcudp/core/endpoint';
import { header, HEADER, wholeNumber } from './headers.js';
import { ITEMS_MAX } from './limits.js';
import { notConnected, type Link, type LinkMessage } from './link.js';
import { CANCEL_TOKEN } from './names.js';
import { OutgoingNatsCall } from './outgoing-call.js';
import { readRefusal } from './refusals.js';
import { readWindow, requestHeaders, type Window } from './request-head.js';
import type { NatsStreamEnd } from './stream-end.js';
import type { NatsStreams } from './streams.js';

/** What {@link OutgoingCalls} work with. */
export interface OutgoingCallsParts<C extends OutgoingCall> {
  readonly link: Link;
  /** What the subjects of services begin with. */
  readonly prefix: string;
  /** What the subjects of answers begin with. */
  readonly inbox: string;
  readonly codec: Codec;
  readonly window: Window;
  readonly now: () => Millis;
  readonly streams: NatsStreams;
  readonly output: (output: CallOutput<C>) => void;
}

/** The calls that are made over a connection, each of which is answered on a subject of its own. */
export class OutgoingCalls<C extends OutgoingCall> {
  readonly #parts: OutgoingCallsParts<C>;
  readonly #open = new Map<string, OutgoingNatsCall<C>>();
  readonly #deadlines = new DeadlineHeap<OutgoingNatsCall<C>>();
  readonly #ends = new WeakMap<NatsStreamEnd, OutgoingNatsCall<C>>();
  #made = 0;

  constructor(parts: OutgoingCallsParts<C>) {
    this.#parts = parts;
  }

  get nextWake(): Millis {
    return this.#deadlines.earliest;
  }

  /** @throws RpcError */
  start(call: C): OutgoingNatsCall<C> {
    if (call.probe === true) throw cannotProbe();
    const { link, streams, window } = this.#parts;
    const waits = call.waitForReady === true && link.state === 'disconnected';
    if (link.state !== 'connected' && !waits) throw notConnected(link);
    const made = new OutgoingNatsCall(call, (this.#made++).toString(36));
    made.openStream(window, streams);
    if (!waits) this.#send(made);
    if (call.oneWay && call.delivery === 'best-effort' && !waits) {
      made.over = true;
      this.#parts.output({ kind: 'sent', call, delivered: false });
      return made;
    }
    if (made.stream !== undefined) this.#ends.set(made.stream, made);
    this.#open.set(made.id, made);
    this.#deadlines.add(made);
    return made;
  }

  /** The caller does not want it any more. */
  cancel(made: OutgoingNatsCall<C>): void {
    if (made.over) return;
    this.#tellCancelled(made);
    this.#end(made);
  }

  streamOf(handle: CallHandle): NatsStreamEnd {
    return (handle as OutgoingNatsCall<C>).stream!;
  }

  subjectOf(end: NatsStreamEnd): string {
    return this.#replyOf(this.#ends.get(end)!);
  }

  expect(end: NatsStreamEnd, by: Millis): void {
    const made = this.#ends.get(end);
    if (made === undefined || made.over) return;
    made.expectedBy = by;
    this.#arm(made);
  }

  /** The stream of a call of ours cannot go on. */
  broken(end: NatsStreamEnd, error: RpcError): void {
    const made = this.#ends.get(end);
    if (made === undefined || made.over) return;
    this.#tellCancelled(made);
    this.#fail(made, error);
  }

  /** Takes what came for a call; false if there is none. */
  receive(id: string, message: LinkMessage): boolean {
    const made = this.#open.get(id);
    if (made === undefined) return false;
    if (saysNobody(message)) this.#nobody(made);
    else if (made.stream === undefined) this.#answered(made, message);
    else this.#streamed(made, made.stream, message);
    return true;
  }

  wake(now: Millis): void {
    for (let made = this.#deadlines.takeDue(now); made !== undefined; made = this.#deadlines.takeDue(now)) {
      if (made.endsBy > now) {
        this.#tryAgain(made);
        continue;
      }
      // The other side of a plain call knows its deadline; a stream may have none there.
      if (made.stream !== undefined) this.#tellCancelled(made);
      this.#end(made);
      this.#parts.output({ kind: 'silence', call: made.call });
    }
  }

  /** The connection is down, there again, or closed. */
  linkChanged(): void {
    const { link } = this.#parts;
    for (const made of [...this.#open.values()]) {
      if (link.state === 'connected') this.#tryAgain(made);
      else if (link.state === 'closed') this.#fail(made, lost(link, made.executed));
      else this.#disconnected(made);
    }
  }

  /** The server lets nothing through to a subject, or without one, no answer through to us. */
  forbidden(error: RpcError, subject?: string): void {
    for (const made of [...this.#open.values()])
      if (subject === undefined || this.#subjectOf(made) === subject) this.#fail(made, error);
  }

  /** Nothing more of them is of any use. */
  close(): void {
    for (const made of [...this.#open.values()]) this.#end(made);
  }

  #subjectOf({ call }: OutgoingNatsCall<C>): string {
    return `${this.#parts.prefix}.${String(call.method.key)}`;
  }

  #replyOf({ id }: OutgoingNatsCall<C>): string {
    return `${this.#parts.inbox}.${id}`;
  }

  /** @throws RpcError; nothing was sent then */
  #send(made: OutgoingNatsCall<C>): void {
    const { link, codec, now, window } = this.#parts;
    const { call } = made;
    const { delivery, oneWay, streams, deadline } = call;
    const metadata = call.metadata && (codec.decode(call.metadata) as Record<string, string>);
    const timeoutMs = deadline === Infinity ? undefined : deadline - now();
    const answered = streams?.answers === true ? window : undefined;
    link.send({
      subject: this.#subjectOf(made),
      reply: oneWay && delivery === 'best-effort' ? undefined : this.#replyOf(made),
      headers: requestHeaders({ timeoutMs, delivery, oneWay, metadata, stream: streams, window: answered }),
      // The memory may be used for another call as soon as this one has ended, which the connection may not have sent by then.
      payload: new Uint8Array(call.args),
    });
    made.isOut = true;
  }

  /** Nobody serves the method, or the other end of its stream is gone. */
  #nobody(made: OutgoingNatsCall<C>): void {
    const { stream } = made;
    if (stream?.peer !== undefined) return this.#parts.streams.peerGone(stream);
    made.isOut = false;
    // After an outage callers and servers come back in any order.
    if (made.call.waitForReady === true || made.mayHaveRun) {
      made.pause(this.#parts.now());
      return this.#arm(made);
    }
    const subject = this.#subjectOf(made);
    const message =
      `Nobody serves ${subject} at ${this.#parts.link.server}. Start what serves it with serveNats(), or call with ` +
      'waitForReady if it may come later.';
    this.#fail(made, new RpcError('UNAVAILABLE', message, { executed: made.executed }));
  }

  #answered(made: OutgoingNatsCall<C>, { headers, payload }: LinkMessage): void {
    const refusal = readRefusal(headers);
    const { call } = made;
    this.#end(made);
    if (refusal !== undefined) {
      const executed = made.executedAsTold(refusal.executed);
      this.#parts.output({ kind: 'failure', call, code: refusal.code, executed, origin: 'remote', payload });
    } else if (call.oneWay) {
      this.#parts.output({ kind: 'sent', call, delivered: true });
    } else {
      this.#parts.output({ kind: 'response', call, payload });
    }
  }

  #streamed(made: OutgoingNatsCall<C>, stream: NatsStreamEnd, message: LinkMessage): void {
    const { headers, payload, reply } = message;
    const kind = header(headers, HEADER.kind);
    stream.heardAt = this.#parts.now();
    made.expectedBy = Infinity;
    if (kind === undefined) return this.#streamEnded(made, stream, message);
    if (kind === 'accept' && stream.peer === undefined && reply !== '') {
      this.#parts.streams.opened(stream, reply);
      made.arrived();
      this.#arm(made);
      return stream.opens(readWindow(headers));
    }
    stream.receive(kind, headers, payload);
  }

  #streamEnded(made: OutgoingNatsCall<C>, stream: NatsStreamEnd, message: LinkMessage): void {
    const refused = readRefusal(message.headers) !== undefined;
    const items = wholeNumber(header(message.headers, HEADER.items), ITEMS_MAX) ?? 0;
    if (refused || !stream.answers || stream.hasAll(items)) return this.#answered(made, message);
    const text = `The stream ended after ${items} values, and not all of them came. A connection on the way was lost.`;
    this.#fail(made, new RpcError('DATA_LOSS', text, { executed: 'yes' }));
  }

  /** It may run, or have run; only one that may run twice is sent again. */
  #disconnected(made: OutgoingNatsCall<C>): void {
    const { call, stream } = made;
    made.lose();
    const waits = made.mayHaveRun ? call.delivery === 'idempotent' && stream === undefined : call.waitForReady === true;
    if (waits) this.#arm(made);
    else this.#fail(made, lost(this.#parts.link, made.executed));
  }

  #tryAgain(made: OutgoingNatsCall<C>): void {
    if (!made.isOut && this.#parts.link.state === 'connected') {
      made.paused = false;
      try {
        this.#send(made);
      } catch (error) {
        return this.#fail(made, RpcError.from(error));
      }
    }
    this.#arm(made);
  }

  #arm(made: OutgoingNatsCall<C>): void {
    this.#deadlines.remove(made);
    made.settle();
    this.#deadlines.add(made);
  }

  #tellCancelled(made: OutgoingNatsCall<C>): void {
    const { link, prefix, streams } = this.#parts;
    if (!made.isOut || link.state !== 'connected' || made.call.oneWay) return;
    if (made.stream?.peer !== undefined) return streams.send(made.stream, 'cancel');
    const [service] = String(made.call.method.key).split('.');
    link.send({ subject: `${prefix}.${service!}.${CANCEL_TOKEN}`, headers: [[HEADER.call, this.#replyOf(made)]] });
  }

  #fail(made: OutgoingNatsCall<C>, error: RpcError): void {
    this.#end(made);
    this.#parts.output({ kind: 'failed', call: made.call, error });
  }

  #end(made: OutgoingNatsCall<C>): void {
    made.over = true;
    this.#open.delete(made.id);
    this.#deadlines.remove(made);
    if (made.stream !== undefined) this.#parts.streams.ended(made.stream);
  }
}

/** Whether the server says that nobody has subscribed to what was called. */
export function saysNobody({ headers, payload }: LinkMessage): boolean {
  return headers?.code === 503 && payload.length === 0 && header(headers, HEADER.code) === undefined;
}

function lost(link: Link, executed: Executed): RpcError {
  const { code, message } = notConnected(link);
  return new RpcError(
    code === 'CLOSED' ? code : 'UNAVAILABLE',
    `The connection was lost before the answer came. ${message}`,
    {
      executed,
    },
  );
}

function cannotProbe(): RpcError {
  return new RpcError(
    'FAILED_PRECONDITION',
    'A channel over NATS is to no peer in particular, so it cannot be asked whether that is ready. Call with waitForReady.',
  );
}
