import { RpcError, type Codec } from '@rpcudp/core';
import {
  Fifo,
  type Acknowledged,
  type CallHandle,
  type CallOutput,
  type EngineTraits,
  type Executed,
  type IncomingRequest,
  type ItemStreams,
  type Millis,
  type OutgoingCall,
  type Refusal,
  type TransportEngine,
  type WireMethod,
} from '@rpcudp/core/endpoint';
import { AnsweredCalls, type AnswersObserver } from './answered-calls.js';
import { header, HEADER } from './headers.js';
import type { Link, LinkMessage } from './link.js';
import { tokenOf } from './names.js';
import type { OutgoingNatsCall } from './outgoing-call.js';
import { OutgoingCalls } from './outgoing-calls.js';
import type { Window } from './request-head.js';
import type { NatsStreamEnd } from './stream-end.js';
import { NatsStreams } from './streams.js';

/** What a {@link NatsEngine} works with. */
export interface NatsEngineParts {
  readonly link: Link;
  readonly prefix: string;
  readonly inbox: string;
  readonly codec: Codec;
  readonly window: Window;
  readonly runningMax: number;
  readonly heartbeatMs: Millis;
  readonly now: () => Millis;
  readonly observer?: AnswersObserver | undefined;
}

const TRAITS: EngineTraits = {
  carriesMetadata: true,
  namesServices: true,
  tellsReadiness: true,
  refuses: true,
  describeCollision: () => 'have the same name',
};

const NOTHING_ACKNOWLEDGED: Acknowledged = { acknowledgedBytes: 0, inParts: false };
const NO_BYTES = new Uint8Array();

/**
 * Calls over NATS: those that are made, those that are answered, and their streams. It knows no value and no class, and no
 * connection but a {@link Link}. Time is an argument.
 */
export class NatsEngine<C extends OutgoingCall> implements TransportEngine<C> {
  readonly wire = 'nats';
  readonly traits = TRAITS;
  readonly #outputs = new Fifo<CallOutput<C>>();
  readonly #streams: NatsStreams;
  readonly #outgoing: OutgoingCalls<C>;
  readonly #answered: AnsweredCalls<C>;
  readonly #inbox: string;
  /** Why no answers can come, if the server does not let us hear them. */
  #deaf: Error | undefined;

  constructor(parts: NatsEngineParts) {
    this.#inbox = parts.inbox;
    const output = (made: CallOutput<C>): void => this.#outputs.push(made);
    this.#streams = new NatsStreams({
      ...parts,
      output,
      subjectOf: (end) => this.#sideOf(end).subjectOf(end),
      broken: (end, error: RpcError) => this.#sideOf(end).broken(end, error),
      streamOf: (handle) => this.#outgoing.streamOf(handle),
      expect: (end, by) => this.#outgoing.expect(end, by),
    });
    const shared = { ...parts, streams: this.#streams, output };
    this.#outgoing = new OutgoingCalls(shared);
    this.#answered = new AnsweredCalls({ ...shared, observer: parts.observer });
  }

  get streams(): ItemStreams {
    return this.#streams;
  }

  wireMethod(service: Uint8Array, method: Uint8Array): WireMethod {
    return { key: `${tokenOf(service)}.${tokenOf(method)}`, bytes: NO_BYTES };
  }

  /** @throws RpcError; nothing was sent then */
  call(call: C): CallHandle {
    const isAnswered = !call.oneWay || call.delivery !== 'best-effort';
    if (this.#deaf !== undefined && isAnswered) throw this.#cannotHear('no');
    return this.#outgoing.start(call);
  }

  cancel(handle: CallHandle): void {
    this.#outgoing.cancel(handle as OutgoingNatsCall<C>);
  }

  wasSent(handle: CallHandle): boolean {
    return (handle as OutgoingNatsCall<C>).mayHaveRun;
  }

  acknowledged(): Acknowledged {
    return NOTHING_ACKNOWLEDGED;
  }

  respond(request: IncomingRequest, payload: Uint8Array): boolean {
    return this.#answered.respond(request, payload);
  }

  refuse(request: IncomingRequest, refusal: Refusal): void {
    this.#answered.refuse(request, refusal);
  }

  /** A call of a method that is served, by what {@link NatsEngine.wireMethod} calls it. */
  requested(method: string, message: LinkMessage): void {
    this.#answered.receive(method, message);
  }

  /** Somebody cancelled a call, which may be one of ours. */
  cancelled(message: LinkMessage): void {
    this.#answered.cancelled(message);
  }

  /** Something has come to the inbox. */
  received(message: LinkMessage): void {
    const id = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    if (this.#outgoing.receive(id, message) || this.#answered.receiveForStream(id, message)) return;
    const from = { host: message.subject, port: 0 };
    // The rest of a stream that is over here, or an answer that came too late.
    const reason = header(message.headers, HEADER.kind) === undefined ? 'unexpected-response' : 'late';
    this.#outputs.push({ kind: 'dropped', reason, from, bytes: message.payload.length });
  }

  linkChanged(): void {
    // Another server, or another configuration of the same, may allow what was forbidden.
    this.#deaf = undefined;
    this.#outgoing.linkChanged();
    this.#answered.linkChanged();
  }

  forbidden(subject: string, error: Error): void {
    if (subject === `${this.#inbox}.*`) {
      this.#deaf = error;
      return this.#outgoing.forbidden(this.#cannotHear('unknown'));
    }
    const message = `The NATS server does not let this connection publish to "${subject}". Its user needs that permission.`;
    // Whether earlier calls went through, the server does not say.
    const told = new RpcError('PERMISSION_DENIED', message, { executed: 'unknown', cause: error });
    this.#outgoing.forbidden(told, subject);
  }

  #cannotHear(executed: Executed): RpcError {
    const message =
      `The NATS server does not let this connection subscribe to "${this.#inbox}.*", where answers come. Its user needs that ` +
      'permission, or the channel an inboxPrefix that the user has.';
    return new RpcError('PERMISSION_DENIED', message, { executed, cause: this.#deaf });
  }

  wake(now: Millis): void {
    this.#outgoing.wake(now);
    this.#answered.wake(now);
    this.#streams.wake(now);
  }

  close(): void {
    this.#outgoing.close();
  }

  takeOutput(): CallOutput<C> | undefined {
    return this.#outputs.shift();
  }

  settle(): Millis {
    return Math.min(this.#outgoing.nextWake, this.#answered.nextWake, this.#streams.nextWake);
  }

  #sideOf({ isCaller }: NatsStreamEnd): OutgoingCalls<C> | AnsweredCalls<C> {
    return isCaller ? this.#outgoing : this.#answered;
  }
}
