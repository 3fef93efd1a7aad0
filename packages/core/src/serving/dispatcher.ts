import { encodeFailure } from '../codec/failure.js';
import { NO_METADATA } from '../context.js';
import type { CallStream, IncomingRequest, Refusal } from '../engine/engine.js';
import { Roster } from '../engine/tables/roster.js';
import { RpcError, type Executed, type RpcErrorCode } from '../errors.js';
import { REQUESTS } from '../reporting/diagnostics.js';
import type { EndpointEvents } from '../reporting/events.js';
import { OWN_HANDLERS_BEYOND_MAX } from '../limits.js';
import { joinedBytes } from '../joined-bytes.js';
import type { HandledStream } from './handled-stream.js';
import { Handling, type Failure, type RequestSource } from './handling.js';
import { start, type PipelineExits } from './pipeline.js';
import { RequestTrace } from './request-trace.js';

/** What a {@link Dispatcher} works with. */
export interface DispatcherParts {
  readonly events: EndpointEvents;
  /** Called after an answer that came in a later turn. */
  readonly answeredLater: () => void;
}

/**
 * Takes requests to the pipelines of their methods, and keeps account of them until they have ended. A handler that is
 * synchronous is answered in the same turn, without a promise.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  /** Those that have not ended, the one that this very turn is about included. */
  readonly #running = new Roster<Handling>();
  readonly #exits: PipelineExits;
  /** How many of them tell of the endpoint itself. */
  #own = 0;
  #idle: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#exits = {
      answered: (handling, taken) => this.#answered(handling, taken),
      failed: (handling, failure) => this.#failed(handling, failure),
      turnEnded: parts.answeredLater,
    };
  }

  get running(): number {
    return this.#running.size;
  }

  /** How many handlers run that do not tell of the endpoint itself. */
  get busy(): number {
    return this.#running.size - this.#own;
  }

  /** Handles a request. Never throws. */
  handle(source: RequestSource, request: IncomingRequest): void {
    this.#parts.events.requestReceived();
    const served = source.methods.get(request.method);
    if (served === undefined) return this.#refuseUnknown(source, request);
    const handling = new Handling(source, request, served);
    this.#running.add(handling);
    if (served.own) this.#own += 1;
    this.#parts.events.requestStarted(request, served.contract);
    if (REQUESTS.hasSubscribers) RequestTrace.start(handling, () => start(handling, this.#exits));
    else start(handling, this.#exits);
  }

  /** Refuses a request that comes while this endpoint closes. */
  refuseClosing(source: RequestSource, request: IncomingRequest): void {
    this.#refuse(source, request, 'closed', 'This endpoint is closing.');
  }

  /**
   * Takes a request that comes while this endpoint drains. It is refused if its caller can be told so, and else handled, for to be
   * dropped would leave its caller in silence; what tells of the endpoint itself is always handled.
   */
  handleDraining(source: RequestSource, request: IncomingRequest): void {
    const silent = !source.refuses || request.oneWay;
    if (silent || source.methods.get(request.method)?.own === true) return this.handle(source, request);
    this.#refuse(source, request, 'draining', 'This endpoint is draining.');
  }

  /**
   * Refuses a request for which there is no room now, and says when to try again. A few that ask about the endpoint itself, and
   * have no streams, are handled all the same.
   */
  refuseOverload(source: RequestSource, request: IncomingRequest, retryAfterMs: number): void {
    const isOwn = request.stream === undefined && source.methods.get(request.method)?.own === true;
    if (isOwn && this.#own < OWN_HANDLERS_BEYOND_MAX) return this.handle(source, request);
    const { codec, replier } = source;
    this.#parts.events.dropped('overload', request.from, joinedBytes(request.args, request.argsRest));
    const payload = encodeFailure(codec, { message: '', details: { retryAfterMs } });
    replier.refuse(request, { ...wordless('RESOURCE_EXHAUSTED', 'no'), payload });
  }

  /** Aborts the handler of a request that nobody waits for any more, unless it ends in this very turn. */
  abandon(request: IncomingRequest, reason: RpcError): void {
    const handling = request.handling as Handling | undefined;
    if (handling !== undefined && !handling.ended) this.#abandon(handling, reason);
  }

  /** Aborts every handler that still runs. */
  abandonAll(reason: RpcError): void {
    for (const handling of [...this.#running.entries]) this.#giveUp(handling, reason.code, reason);
  }

  /** Aborts every handler that reads a stream or answers with one: it may do so for ever. */
  abandonStreams(reason: RpcError): void {
    for (const handling of [...this.#running.entries]) {
      if (handling.request.stream !== undefined) this.#giveUp(handling, 'UNAVAILABLE', reason);
    }
  }

  /** The same of those that do not tell of the endpoint itself; gives how many there were. */
  abandonBusyStreams(reason: RpcError): number {
    const streams = this.#running.entries.filter(({ own, request }) => !own && request.stream !== undefined);
    for (const handling of streams) this.#giveUp(handling, 'UNAVAILABLE', reason);
    return streams.length;
  }

  /** Resolves when no handler runs. */
  whenIdle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return (this.#idle ??= new Promise((resolve) => (this.#whenIdle = resolve)));
  }

  #refuse(source: RequestSource, request: IncomingRequest, reason: 'closed' | 'draining', message: string): void {
    const method = source.methods.get(request.method)?.contract;
    if (method === undefined) return this.#refuseUnknown(source, request);
    const error = new RpcError('UNAVAILABLE', message);
    const refused = { request, sender: request.from, method, metadata: NO_METADATA };
    this.#parts.events.requestRefused(refused, { reason, error });
    source.replier.refuse(request, wordless('UNAVAILABLE', 'no'));
  }

  #refuseUnknown(source: RequestSource, request: IncomingRequest): void {
    this.#parts.events.requestUnknown(request, () => source.describeUnknown(request.method));
    source.replier.refuse(request, wordless('UNIMPLEMENTED', 'no'));
  }

  /** Aborts a handler whose caller still waits, and hears so. */
  #giveUp(handling: Handling, code: RpcErrorCode, reason: RpcError): void {
    handling.source.replier.refuse(handling.request, wordless(code, 'unknown'));
    this.#abandon(handling, reason);
  }

  #abandon(handling: Handling, reason: RpcError): void {
    this.#end(handling, reason);
    this.#parts.events.requestAbandoned(handling, reason);
    handling.trace?.abandoned(reason);
    handling.abort(reason);
  }

  #answered(handling: Handling, taken: boolean): void {
    if (!taken) return this.#abandon(handling, new RpcError('CANCELLED', 'Nobody waited for the answer any more.'));
    this.#end(handling);
    this.#parts.events.requestAnswered(handling.request, handling.method, handling);
    handling.trace?.answered();
  }

  #failed(handling: Handling, failure: Failure): void {
    this.#end(handling);
    handling.trace?.failed(failure);
    const { source, request } = handling;
    const { error } = failure;
    if (failure.kind === 'refused') {
      this.#parts.events.requestRefused(handling, failure);
      return source.replier.refuse(request, this.#refusalOf(source, failure.error, 'no'));
    }
    const { executed } = failure;
    this.#parts.events.requestFailed(handling, error, executed);
    source.replier.refuse(
      request,
      RpcError.is(error) ? this.#refusalOf(source, error, executed) : wordless('INTERNAL', executed),
    );
  }

  #end(handling: Handling, reason?: RpcError): void {
    this.#running.remove(handling);
    if (handling.own) this.#own -= 1;
    if (handling.request.stream !== undefined) endStream(handling.request.stream, reason);
    // An engine keeps a request until its answer has arrived.
    if (handling.request.handling !== undefined) handling.request.handling = undefined;
    if (this.#running.size > 0 || this.#whenIdle === undefined) return;
    this.#whenIdle();
    this.#whenIdle = this.#idle = undefined;
  }

  #refusalOf({ codec }: RequestSource, error: RpcError, executed: Executed): Refusal {
    try {
      const { code, message } = error;
      return { code, message, executed, payload: encodeFailure(codec, error) };
    } catch {
      // A getter of the error's own threw.
      return wordless('INTERNAL', executed);
    }
  }
}

/** Tells what reads and sends for a handler that it has ended; there is none if the request was refused before. */
function endStream({ handling }: CallStream, reason: RpcError | undefined): void {
  (handling as HandledStream | undefined)?.ended(reason);
}

/** A "no" of this library's own: the caller's side finds the words, for it knows what was called, and where. */
function wordless(code: RpcErrorCode, executed: Executed): Refusal {
  return { code, message: '', executed };
}
