import { formatAddress, type Address } from '../address.js';
import type { RpcChannel } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import type { DropReason, Engine, IncomingRequest, Refusal, WireName } from '../engine/engine.js';
import { Roster, type Listed } from '../engine/tables/roster.js';
import { RpcError, type Executed } from '../errors.js';
import { QUOTED_MESSAGE_CHARACTERS_MAX } from '../limits.js';
import { isThenable } from '../thenable.js';
import { NO_METADATA, runInContext } from '../context.js';
import { HandlerContext } from './handler-context.js';
import { encodeFailure } from '../codec/failure.js';
import type { EndpointLog } from '../reporting/log.js';
import { checkMetadata } from '../codec/metadata.js';
import type { EndpointPorts } from '../ports.js';
import { quote } from '../reporting/quote.js';
import type { Registry, ServedMethod } from './registry.js';
import type { Counters } from '../reporting/stats.js';

/** What a {@link Dispatcher} works with. */
export interface DispatcherParts {
  readonly registry: Registry;
  readonly codec: Codec;
  readonly log: EndpointLog;
  readonly counters: Counters;
  readonly ports: EndpointPorts;
  readonly channelTo: (wire: WireName, address: Address) => RpcChannel;
  /** Called after an answer that came in a later turn. */
  readonly answeredLater: () => void;
}

/** One request on its way through a handler. */
interface Handling extends Listed {
  readonly engine: Engine;
  readonly request: IncomingRequest;
  readonly served: ServedMethod;
  readonly context: HandlerContext;
}

/**
 * Takes requests to their handlers and answers back: decode, guard, run, guard the result, encode. A handler that is
 * synchronous is answered in the same turn, without a promise.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  /** Those that did not end in the turn they came in. */
  readonly #running = new Roster<Handling>();
  #whenIdle: (() => void) | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Handles a request. Never throws. */
  handle(engine: Engine, request: IncomingRequest): void {
    const { registry, codec, counters } = this.#parts;
    counters.requests.received += 1;
    const served = registry.find(engine.wire, request.method);
    if (served === undefined) return this.#refuseUnknown(engine, request);
    let args: unknown;
    let metadata = NO_METADATA;
    try {
      args = codec.decode(request.args);
      if (!Array.isArray(args)) throw new RpcError('INVALID_ARGUMENT', 'The arguments are not an array.');
      if (request.metadata !== undefined) metadata = checkMetadata(codec.decode(request.metadata));
      checkDelivery(request, served);
    } catch (error) {
      return this.#refuse(engine, request, 'malformed-args', undecodable(error), served);
    }
    const context = new HandlerContext(engine.wire, request, served.contract, metadata, this.#parts);
    this.#guard({ engine, request, served, context, rosterIndex: -1 }, args as unknown[]);
  }

  /** Aborts the handler of a request that nobody waits for any more. */
  abandon(request: IncomingRequest, reason: RpcError): void {
    const handling = request.handling as Handling | undefined;
    if (handling === undefined || handling.rosterIndex < 0) return;
    this.#forget(handling);
    this.#parts.counters.requests.abandoned += 1;
    this.#parts.log.warn('abandoned', () => `${label(handling)} was given up: ${reason.message}`);
    handling.context.abort(reason);
  }

  /** Aborts every handler that still runs. */
  abandonAll(reason: RpcError): void {
    for (const { engine, request } of [...this.#running.entries]) {
      this.#sayNo(engine, request, reason, 'unknown');
      this.abandon(request, reason);
    }
  }

  /** Resolves when no handler runs. */
  whenIdle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenIdle = resolve));
  }

  #guard(handling: Handling, args: unknown[]): void {
    const { guard } = handling.served;
    if (guard === undefined) return this.#run(handling, args);
    let guarded: unknown[] | Promise<unknown[]>;
    let later: boolean;
    try {
      guarded = guard(args);
      later = isThenable(guarded);
    } catch (error) {
      return this.#refuseArgs(handling, error);
    }
    if (!later) return this.#run(handling, guarded as unknown[]);
    this.#later(
      handling,
      guarded as Promise<unknown[]>,
      (accepted) => this.#run(handling, accepted),
      (error) => this.#refuseArgs(handling, error),
    );
  }

  #run(handling: Handling, args: unknown[]): void {
    let result: unknown;
    let later: boolean;
    handling.context.running = true;
    try {
      result = runInContext(handling.context, invoke, handling.served, args);
      later = isThenable(result);
      if (!later) handling.context.running = false;
    } catch (error) {
      handling.context.running = false;
      return this.#fail(handling, error);
    }
    if (!later) return this.#guardResult(handling, result);
    this.#later(
      handling,
      result as PromiseLike<unknown>,
      (value) => this.#guardResult(handling, value),
      (error) => this.#fail(handling, error),
    );
  }

  #guardResult(handling: Handling, value: unknown): void {
    const { resultGuard } = handling.served;
    if (resultGuard === undefined) return this.#respond(handling, value);
    let guarded: unknown;
    let later: boolean;
    try {
      guarded = resultGuard(value);
      later = isThenable(guarded);
    } catch (error) {
      return this.#fail(handling, error);
    }
    if (!later) return this.#respond(handling, guarded);
    this.#later(
      handling,
      guarded as PromiseLike<unknown>,
      (accepted) => this.#respond(handling, accepted),
      (error) => this.#fail(handling, error),
    );
  }

  #respond(handling: Handling, value: unknown): void {
    const { codec, counters } = this.#parts;
    try {
      handling.engine.respond(handling.request, codec.encode(value));
    } catch (error) {
      // The handler did its work; that the result cannot be sent is this side's fault, whatever the codec calls it.
      return this.#fail(handling, unsendable(error));
    }
    counters.requests.answered += 1;
  }

  /** Goes on when a promise settles, unless the request was abandoned meanwhile. */
  #later<T>(
    handling: Handling,
    promise: PromiseLike<T>,
    onValue: (value: T) => void,
    onError: (error: unknown) => void,
  ): void {
    this.#running.add(handling);
    handling.request.handling = handling;
    const goOn = <V>(next: (outcome: V) => void): ((outcome: V) => void) => {
      return (outcome) => {
        handling.context.running = false;
        if (handling.rosterIndex < 0) return;
        this.#running.remove(handling);
        next(outcome);
        if (handling.rosterIndex < 0) this.#forget(handling);
        this.#parts.answeredLater();
      };
    };
    Promise.resolve(promise).then(goOn(onValue), goOn(onError));
  }

  #forget(handling: Handling): void {
    this.#running.remove(handling);
    if (this.#running.size === 0) this.#whenIdle?.();
  }

  #fail(handling: Handling, error: unknown, executed: Executed = 'yes'): void {
    const { counters, log } = this.#parts;
    counters.requests.failed += 1;
    const saidNo = RpcError.is(error) && error.code !== 'INTERNAL';
    if (saidNo) {
      log.warn('failed', () => {
        return `${label(handling)} said no: ${error.code} ${quote(error.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`;
      });
    } else {
      log.error(`${label(handling)} failed`, error);
    }
    const refusal = RpcError.is(error) ? error : new RpcError('INTERNAL', 'The handler failed.');
    // Once the handler was started, the method ran, whatever an error that it passes on says of itself.
    this.#sayNo(handling.engine, handling.request, refusal, executed);
  }

  #refuseArgs(handling: Handling, error: unknown): void {
    // Anything but a refusal is a guard that failed itself, which is this side's fault.
    if (!RpcError.is(error) || error.code !== 'INVALID_ARGUMENT') return this.#fail(handling, error, 'no');
    this.#refuse(handling.engine, handling.request, 'refused-args', error, handling.served);
  }

  #refuse(engine: Engine, request: IncomingRequest, reason: DropReason, error: RpcError, served: ServedMethod): void {
    const { counters, log } = this.#parts;
    counters.dropped[reason] += 1;
    log.warn(reason, () => {
      const method = `${served.contract.service}.${served.contract.property}`;
      return `refused a call of ${method} from ${formatAddress(request.from)}: ${quote(error.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`;
    });
    this.#sayNo(engine, request, error, 'no');
  }

  #refuseUnknown(engine: Engine, request: IncomingRequest): void {
    const { counters, log } = this.#parts;
    counters.dropped['unknown-method'] += 1;
    log.warn('unknown-method', () => {
      return `no service has a method ${describeKey(request.method)}, called by ${formatAddress(request.from)}`;
    });
    this.#sayNo(engine, request, new RpcError('UNIMPLEMENTED', 'The peer serves no such service or method.'), 'no');
  }

  #sayNo(engine: Engine, request: IncomingRequest, error: RpcError, executed: Executed): void {
    engine.refuse(request, this.#refusalOf(error, executed));
  }

  #refusalOf(error: RpcError, executed: Executed): Refusal {
    try {
      const { code, message } = error;
      return { code, message, executed, payload: encodeFailure(this.#parts.codec, error) };
    } catch {
      // A getter of the error's own threw.
      return { code: 'INTERNAL', message: '', executed };
    }
  }
}

function invoke({ implementation, contract }: ServedMethod, args: unknown[]): unknown {
  return implementation[contract.property]!(...args);
}

function label({ served, request }: Handling): string {
  return `${served.contract.service}.${served.contract.property}, called by ${formatAddress(request.from)},`;
}

function describeKey(key: string | number): string {
  // Keys that are text hold one character for each byte of UTF-8.
  return typeof key === 'number' ? `of hash 0x${key.toString(16)}` : quote(Buffer.from(key, 'latin1').toString());
}

/** A call that may run again must not reach a method that may not. Wires without delivery send everything as best effort. */
function checkDelivery(request: IncomingRequest, { contract }: ServedMethod): void {
  if (request.delivery !== 'idempotent' || contract.delivery === 'idempotent') return;
  throw new RpcError('FAILED_PRECONDITION', `${contract.service}.${contract.property} is not idempotent here.`);
}

/** The text of an error that is not ours stays here. */
function undecodable(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  return new RpcError('INVALID_ARGUMENT', 'The arguments cannot be decoded.', { cause: error });
}

function unsendable(error: unknown): RpcError {
  const why = RpcError.from(error).message;
  return new RpcError('INTERNAL', `The result cannot be sent: ${why}`, { executed: 'yes', cause: error });
}
