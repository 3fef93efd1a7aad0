import type { Address } from '../address.js';
import type { CallOutcome, DropReason, Engine, IncomingRequest, Millis } from '../engine/engine.js';
import { RpcError, type Executed } from '../errors.js';
import { joinedBytes } from '../joined-bytes.js';
import type { AnsweredBytes, CallObserver, ObservedCall } from './call-observer.js';
import { DROPS, type TracedDrop } from './diagnostics.js';
import * as entries from './log-entries.js';
import type { EndpointLog } from './log.js';
import { Observers } from './observers.js';
import type { Counters } from './stats.js';

/** What {@link EndpointEvents} work with. */
export interface EventParts {
  readonly counters: Counters;
  readonly log: EndpointLog;
  readonly now: () => Millis;
  /** Hears of each call; undefined if nobody looks. */
  readonly observer?: CallObserver | undefined;
  /** Somebody begins to watch, or nobody does any more. */
  readonly watched?: (any: boolean) => void;
}

/** A request of a method that is served. */
export interface KnownRequest extends entries.HandledRequest {
  readonly request: IncomingRequest;
}

/** Why a request was not run. */
export interface ReportedRefusal {
  readonly reason: Extract<
    DropReason,
    'malformed-args' | 'refused-args' | 'unknown-method' | 'permission-denied' | 'intercepted' | 'closed' | 'draining'
  >;
  readonly error: RpcError;
}

/**
 * What happens at one endpoint to its calls, requests and datagrams. Each is told once, here, and what is counted and what is
 * logged follow from it.
 */
export class EndpointEvents {
  readonly observers: Observers;
  readonly #counters: Counters;
  readonly #log: EndpointLog;
  readonly #now: () => Millis;
  readonly #observer: CallObserver | undefined;
  readonly #born: Millis;

  constructor({ counters, log, now, observer, watched = () => undefined }: EventParts) {
    this.observers = new Observers((error) => this.internalError(error), watched);
    this.#counters = counters;
    this.#log = log;
    this.#now = now;
    this.#observer = observer;
    this.#born = now();
  }

  callStarted(call: ObservedCall): void {
    this.#counters.calls.started += 1;
    this.#observer?.callStarted(call);
  }

  /** @param error Why, where it is one. */
  callEnded(call: ObservedCall, outcome: CallOutcome, error?: RpcError): void {
    this.#counters.calls[outcome] += 1;
    this.#observer?.callEnded(call, outcome, error);
  }

  /** A call ends in silence though an answer was wanted; {@link callEnded} counts it. */
  callUnanswered(call: entries.SilentCall): void {
    this.#log.warn('silence', () => entries.callSilent(call));
  }

  requestReceived(): void {
    this.#counters.requests.received += 1;
  }

  /** What a request calls is served. */
  requestStarted(request: IncomingRequest, method: entries.NamedMethod): void {
    this.#observer?.requestStarted(request, method);
  }

  requestAnswered(request: IncomingRequest, method: entries.NamedMethod, answered: AnsweredBytes): void {
    this.#counters.requests.answered += 1;
    this.#observer?.requestEnded(request, method, { outcome: 'answered', executed: 'yes', answered });
  }

  /** A request was not run. */
  requestRefused(handled: KnownRequest, { reason, error }: ReportedRefusal): void {
    this.#count(reason, handled.sender);
    this.#log.warn(reason, () => entries.requestRefused(handled, reason, error));
    this.#observer?.requestEnded(handled.request, handled.method, {
      outcome: 'refused',
      code: error.code,
      executed: 'no',
    });
  }

  /** What is called is not served here. @param what Is worked out only if it is logged. */
  requestUnknown(request: IncomingRequest, what: () => entries.UnknownMethod): void {
    this.#count('unknown-method', request.from, joinedBytes(request.args, request.argsRest));
    this.#log.warn('unknown-method', () => entries.requestUnknown(request.from, what()));
    this.#observer?.requestUnknown(request);
  }

  requestFailed(handled: KnownRequest, error: unknown, executed: Executed): void {
    this.#counters.requests.failed += 1;
    const code = RpcError.is(error) ? error.code : 'INTERNAL';
    this.#observer?.requestEnded(handled.request, handled.method, { outcome: 'failed', code, executed });
    if (RpcError.is(error) && error.code !== 'INTERNAL') {
      return this.#log.warn('failed', () => entries.requestDeclined(handled, error, executed));
    }
    this.#log.error(entries.requestFailed(handled, error, executed));
  }

  requestAbandoned(handled: KnownRequest, reason: RpcError): void {
    this.#counters.requests.abandoned += 1;
    this.#log.warn('abandoned', () => entries.requestAbandoned(handled, reason));
    this.#observer?.requestEnded(handled.request, handled.method, {
      outcome: 'abandoned',
      code: reason.code,
      executed: 'unknown',
    });
  }

  /** A service is served, and its recorded types cannot be what it declares. */
  typesDoubted(doubts: entries.DoubtedTypes): void {
    this.#log.hint(entries.typesDoubted(doubts));
  }

  datagramSent(engine: Engine, datagram: Uint8Array, to: Address): void {
    const { datagrams } = this.#counters;
    datagrams.sent += 1;
    datagrams.bytesSent += datagram.length;
    if (this.#log.tracesDatagrams) this.#log.datagram(entries.datagramSent(this.#traced(engine, datagram, to)));
  }

  /** @param engine The one that owns it, if any does. */
  datagramReceived(engine: Engine | undefined, datagram: Uint8Array, from: Address): void {
    const { datagrams } = this.#counters;
    datagrams.received += 1;
    datagrams.bytesReceived += datagram.length;
    if (this.#log.tracesDatagrams) this.#log.datagram(entries.datagramReceived(this.#traced(engine, datagram, from)));
  }

  /** The system refused to send a datagram. */
  sendFailed(to: Address, error: RpcError): void {
    this.#counters.datagrams.refusedBySystem += 1;
    this.#log.warn('send', () => entries.sendFailed(to, error));
  }

  dropped(reason: DropReason, from: Address, bytes: number): void {
    this.#count(reason, from, bytes);
    if (this.observers.any) this.observers.tell({ kind: 'dropped', at: this.#now(), from, bytes, reason });
    this.#log.warn(reason, () => entries.dropped(reason, from, bytes));
    this.#observer?.dropped(from);
  }

  /** The socket reported an error that concerns no datagram in particular. */
  socketFailed(error: RpcError): void {
    this.#log.warn('socket', () => entries.socketFailed(error));
  }

  /** Something threw that never should. */
  internalError(error: unknown): void {
    this.#log.error(entries.internalError(error));
  }

  /** The end of a turn. */
  turnEnded(): void {
    this.#log.refresh();
  }

  #count(reason: DropReason, from: Address, bytes = 0): void {
    this.#counters.dropped[reason] += 1;
    if (DROPS.hasSubscribers) DROPS.publish({ reason, from, bytes } satisfies TracedDrop);
  }

  #traced(engine: Engine | undefined, datagram: Uint8Array, peer: Address): entries.TracedDatagram {
    return { engine, datagram, peer, sinceBornMs: this.#now() - this.#born };
  }
}
