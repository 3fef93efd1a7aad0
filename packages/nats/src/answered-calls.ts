import { RpcError, type Codec } from '@rpcudp/core';
import {
  DeadlineHeap,
  type CallOutput,
  type DropReason,
  type IncomingRequest,
  type Millis,
  type OutgoingCall,
  type Refusal,
} from '@rpcudp/core/endpoint';
import { AnsweredNatsCall } from './answered-call.js';
import { HeldAnswers } from './held-answers.js';
import { header, HEADER, type HeaderPairs } from './headers.js';
import { RETRY_AFTER_MS } from './limits.js';
import type { Link, LinkMessage } from './link.js';
import { saysNobody } from './outgoing-calls.js';
import { refusalHeaders } from './refusals.js';
import { readRequestHead, windowHeaders, type RequestHead, type Window } from './request-head.js';
import { NatsStreamEnd } from './stream-end.js';
import type { NatsStreams } from './streams.js';

/** What is told of each call that is answered. */
export interface AnswersObserver {
  /** @param refusal Why there is no result. */
  ended(method: string, tookMs: Millis, refusal: Refusal | undefined): void;
}

/** What {@link AnsweredCalls} work with. */
export interface AnsweredCallsParts<C extends OutgoingCall> {
  readonly link: Link;
  /** What the subjects of streams begin with. */
  readonly inbox: string;
  readonly codec: Codec;
  readonly window: Window;
  readonly runningMax: number;
  readonly now: () => Millis;
  readonly streams: NatsStreams;
  readonly output: (output: CallOutput<C>) => void;
  readonly observer: AnswersObserver | undefined;
}

/** The calls that are answered over a connection. */
export class AnsweredCalls<C extends OutgoingCall> {
  readonly #parts: AnsweredCallsParts<C>;
  /** By the subjects of their answers, which nobody uses twice. */
  readonly #byReply = new Map<string, AnsweredNatsCall>();
  readonly #running = new Set<AnsweredNatsCall>();
  readonly #deadlines = new DeadlineHeap<AnsweredNatsCall>();
  readonly #ends = new Map<string, AnsweredNatsCall>();
  readonly #ids = new WeakMap<NatsStreamEnd, string>();
  readonly #held: HeldAnswers;
  #opened = 0;

  constructor(parts: AnsweredCallsParts<C>) {
    this.#parts = parts;
    this.#held = new HeldAnswers(parts.link, parts.now);
  }

  get nextWake(): Millis {
    return this.#deadlines.earliest;
  }

  /** Takes a call of a method. */
  receive(method: string, message: LinkMessage): void {
    const { now, output, runningMax } = this.#parts;
    const head = readRequestHead(message.headers);
    if (typeof head === 'string') return this.#malformed(message, head);
    if (head.stream !== undefined && message.reply === '')
      return this.#malformed(message, 'A call with streams needs a subject to answer to.');
    if (this.#byReply.has(message.reply)) return this.#dropped('duplicate-packet', message);
    let metadata: Uint8Array | undefined;
    try {
      metadata = head.metadata && this.#parts.codec.encode(head.metadata);
    } catch (error) {
      return this.#malformed(message, RpcError.from(error).message);
    }
    const call = new AnsweredNatsCall(method, message, head, metadata, now());
    if (this.#running.size >= runningMax)
      return output({ kind: 'overload', request: call, retryAfterMs: RETRY_AFTER_MS });
    this.#admit(call, head);
  }

  /** A call was cancelled by its caller. */
  cancelled(message: LinkMessage): void {
    const call = this.#byReply.get(header(message.headers, HEADER.call) ?? '');
    if (call !== undefined) this.#abandon(call, 'CANCELLED');
  }

  /** Takes what came for this end of a stream; false if there is none. */
  receiveForStream(id: string, message: LinkMessage): boolean {
    const call = this.#ends.get(id);
    const stream = call?.stream;
    if (stream === undefined) return false;
    stream.heardAt = this.#parts.now();
    const kind = header(message.headers, HEADER.kind);
    if (kind === 'cancel' || saysNobody(message)) this.#abandon(call!, 'CANCELLED');
    else stream.receive(kind, message.headers, message.payload);
    return true;
  }

  /** @throws RpcError `PAYLOAD_TOO_LARGE` */
  respond(request: IncomingRequest, payload: Uint8Array): boolean {
    const call = request as AnsweredNatsCall;
    if (call.over) return false;
    const { stream } = call;
    const headers: HeaderPairs = stream?.answers === true ? [[HEADER.items, String(stream.sentItems)]] : [];
    this.#answer(call, headers, payload);
    this.#end(call, undefined);
    return true;
  }

  refuse(request: IncomingRequest, refusal: Refusal): void {
    const call = request as AnsweredNatsCall;
    if (call.over) return;
    const executed = call.stream?.hasSent === true ? 'yes' : refusal.executed;
    const headers = refusalHeaders({ ...refusal, executed });
    try {
      this.#answer(call, headers, refusal.payload);
    } catch {
      // Its reason does not fit a message of this server: the code does.
      this.#answer(call, headers, undefined);
    }
    this.#end(call, refusal);
  }

  /** Of a stream of a call that is answered. */
  broken(end: NatsStreamEnd, error: RpcError): void {
    const call = this.#ends.get(this.#ids.get(end)!);
    if (call === undefined) return;
    const { codec, output } = this.#parts;
    const { code, message } = error;
    // What the caller sends cannot be read to its end: the handler is told, and whoever called.
    const payload = codec.encode([message]);
    this.#answer(call, refusalHeaders({ code, message, executed: 'yes' }), payload);
    this.#end(call, { code, message, executed: 'yes' });
    output({ kind: 'cancelled', request: call, code: 'CANCELLED' });
  }

  subjectOf(end: NatsStreamEnd): string {
    return `${this.#parts.inbox}.${this.#ids.get(end)!}`;
  }

  wake(now: Millis): void {
    for (let call = this.#deadlines.takeDue(now); call !== undefined; call = this.#deadlines.takeDue(now))
      this.#abandon(call, 'DEADLINE_EXCEEDED');
  }

  linkChanged(): void {
    if (this.#parts.link.state === 'connected') return this.#held.sendAll();
    // What streams have lost nobody can tell; other answers may still be waited for.
    for (const call of [...this.#ends.values()]) this.#abandon(call, 'CANCELLED');
  }

  #admit(call: AnsweredNatsCall, { stream, window }: RequestHead): void {
    this.#running.add(call);
    if (call.reply !== '') this.#byReply.set(call.reply, call);
    this.#deadlines.add(call);
    // That it arrived is all that such a caller waits for.
    if (call.oneWay) this.#answerSafely(call, []);
    if (stream === undefined) return this.#parts.output({ kind: 'request', request: call });
    const { streams, window: own } = this.#parts;
    const bestEffort = call.delivery === 'best-effort';
    const end = new NatsStreamEnd({ isCaller: false, ...stream, bestEffort, window: own }, streams);
    const id = (this.#opened++).toString(36);
    call.stream = end;
    this.#ids.set(end, id);
    this.#ends.set(id, call);
    streams.opened(end, call.reply);
    streams.send(end, 'accept', stream.takes ? windowHeaders(own) : []);
    this.#parts.output({ kind: 'request', request: call });
    end.opens(window);
  }

  #abandon(call: AnsweredNatsCall, code: 'CANCELLED' | 'DEADLINE_EXCEEDED'): void {
    if (call.over) return;
    this.#end(call, { code, message: '', executed: 'unknown' });
    this.#parts.output({ kind: 'cancelled', request: call, code });
  }

  #malformed(message: LinkMessage, why: string): void {
    this.#dropped('malformed-request', message);
    if (message.reply === '') return;
    const refusal: Refusal = { code: 'INVALID_ARGUMENT', message: why, executed: 'no' };
    this.#sendSafely(message.reply, refusalHeaders(refusal), this.#parts.codec.encode([why]));
  }

  #dropped(reason: DropReason, { reply, payload }: LinkMessage): void {
    const from = { host: reply === '' ? 'nobody' : reply, port: 0 };
    this.#parts.output({ kind: 'dropped', reason, from, bytes: payload.length });
  }

  /** @throws RpcError `PAYLOAD_TOO_LARGE` */
  #answer(call: AnsweredNatsCall, headers: HeaderPairs, payload: Uint8Array | undefined): void {
    if (call.oneWay || call.reply === '') return;
    const message = { subject: call.reply, headers, ...(payload === undefined ? {} : { payload }) };
    if (call.stream === undefined) this.#held.send(message, call.deadline);
    else if (this.#parts.link.state === 'connected') this.#parts.link.send(message);
  }

  #answerSafely(call: AnsweredNatsCall, headers: HeaderPairs): void {
    if (call.reply !== '') this.#sendSafely(call.reply, headers, undefined);
  }

  #sendSafely(subject: string, headers: HeaderPairs, payload: Uint8Array | undefined): void {
    const { link } = this.#parts;
    if (link.state === 'connected') link.send({ subject, headers, ...(payload === undefined ? {} : { payload }) });
  }

  #end(call: AnsweredNatsCall, refusal: Refusal | undefined): void {
    call.over = true;
    this.#deadlines.remove(call);
    if (this.#byReply.get(call.reply) === call) this.#byReply.delete(call.reply);
    const { stream } = call;
    if (stream !== undefined) {
      this.#parts.streams.ended(stream);
      this.#ends.delete(this.#ids.get(stream)!);
    }
    if (!this.#running.delete(call)) return;
    this.#parts.observer?.ended(call.method, this.#parts.now() - call.startedAt, refusal);
  }
}
