import { formatAddress, type Address } from '../address.js';
import type { RpcChannel } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import type { DropReason, Engine, IncomingRequest, WireName } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import { QUOTED_MESSAGE_CHARACTERS_MAX } from '../limits.js';
import { isThenable } from '../thenable.js';
import { HandlerContext, runInContext } from './context.js';
import type { EndpointLog } from './log.js';
import type { EndpointPorts } from './ports.js';
import { quote } from './quote.js';
import type { Registry, ServedMethod } from './registry.js';
import type { Counters } from './stats.js';

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
interface Handling {
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
  readonly #running = new Map<IncomingRequest, Handling>();
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
    try {
      args = codec.decode(request.args);
      if (!Array.isArray(args)) throw new RpcError('INVALID_ARGUMENT', 'The arguments are not an array.');
    } catch (error) {
      return this.#refuse(engine, request, 'malformed-args', RpcError.from(error), served);
    }
    const handling = { engine, request, served, context: this.#contextOf(engine, request, served) };
    this.#guard(handling, args as unknown[]);
  }

  /** Aborts the handler of a request that nobody waits for any more. */
  abandon(request: IncomingRequest, reason: RpcError): void {
    const handling = this.#running.get(request);
    if (handling === undefined) return;
    this.#forget(request);
    this.#parts.counters.requests.abandoned += 1;
    this.#parts.log.warn('abandoned', () => `${label(handling)} was given up: ${reason.message}`);
    handling.context.abort(reason);
  }

  /** Aborts every handler that still runs. */
  abandonAll(reason: RpcError): void {
    for (const { engine, request } of [...this.#running.values()]) {
      engine.refuse(
        request,
        { code: reason.code, message: reason.message, executed: 'unknown' },
        this.#parts.ports.now(),
      );
      this.abandon(request, reason);
    }
  }

  /** Resolves when no handler runs. */
  whenIdle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenIdle = resolve));
  }

  #contextOf(engine: Engine, request: IncomingRequest, served: ServedMethod): HandlerContext {
    const { ports, channelTo } = this.#parts;
    const deadline = request.deadlineFromCaller ? ports.wallClock() + request.deadline - ports.now() : undefined;
    return new HandlerContext(request.from, served.contract, deadline, (address) => channelTo(engine.wire, address));
  }

  #guard(handling: Handling, args: unknown[]): void {
    const { guard } = handling.served;
    if (guard === undefined) return this.#run(handling, args);
    let guarded: unknown[] | Promise<unknown[]>;
    try {
      guarded = guard(args);
    } catch (error) {
      return this.#refuseArgs(handling, error);
    }
    if (!isThenable(guarded)) return this.#run(handling, guarded);
    this.#later(
      handling,
      guarded,
      (accepted) => this.#run(handling, accepted),
      (error) => this.#refuseArgs(handling, error),
    );
  }

  #run(handling: Handling, args: unknown[]): void {
    let result: unknown;
    try {
      result = runInContext(handling.context, invoke, handling.served, args);
    } catch (error) {
      return this.#fail(handling, error);
    }
    if (!isThenable(result)) return this.#guardResult(handling, result);
    this.#later(
      handling,
      result,
      (value) => this.#guardResult(handling, value),
      (error) => this.#fail(handling, error),
    );
  }

  #guardResult(handling: Handling, value: unknown): void {
    const { resultGuard } = handling.served;
    if (resultGuard === undefined) return this.#respond(handling, value);
    let guarded: unknown;
    try {
      guarded = resultGuard(value);
    } catch (error) {
      return this.#fail(handling, error);
    }
    if (!isThenable(guarded)) return this.#respond(handling, guarded);
    this.#later(
      handling,
      guarded,
      (accepted) => this.#respond(handling, accepted),
      (error) => this.#fail(handling, error),
    );
  }

  #respond(handling: Handling, value: unknown): void {
    const { codec, counters, ports } = this.#parts;
    try {
      handling.engine.respond(handling.request, codec.encode(value), ports.now());
    } catch (error) {
      return this.#fail(handling, error);
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
    const { request } = handling;
    this.#running.set(request, handling);
    const goOn = <V>(next: (outcome: V) => void): ((outcome: V) => void) => {
      return (outcome) => {
        if (!this.#running.has(request)) return;
        this.#running.delete(request);
        next(outcome);
        if (!this.#running.has(request)) this.#forget(request);
        this.#parts.answeredLater();
      };
    };
    Promise.resolve(promise).then(goOn(onValue), goOn(onError));
  }

  #forget(request: IncomingRequest): void {
    this.#running.delete(request);
    if (this.#running.size === 0) this.#whenIdle?.();
  }

  #fail(handling: Handling, error: unknown): void {
    const { counters, log, ports } = this.#parts;
    counters.requests.failed += 1;
    const refused = RpcError.is(error)
      ? error
      : new RpcError('INTERNAL', 'The handler failed.', { executed: 'yes', cause: error });
    if (refused === error && refused.code !== 'INTERNAL') {
      log.warn(
        'failed',
        () => `${label(handling)} said no: ${refused.code} ${quote(refused.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`,
      );
    } else {
      log.error(`${label(handling)} failed`, error);
    }
    const { code, message, executed } = refused;
    handling.engine.refuse(handling.request, { code, message, executed }, ports.now());
  }

  #refuseArgs(handling: Handling, error: unknown): void {
    // Anything but a refusal is a guard that failed itself, which is this side's fault.
    if (!RpcError.is(error) || error.code !== 'INVALID_ARGUMENT') return this.#fail(handling, error);
    this.#refuse(handling.engine, handling.request, 'refused-args', error, handling.served);
  }

  #refuse(engine: Engine, request: IncomingRequest, reason: DropReason, error: RpcError, served: ServedMethod): void {
    const { counters, log, ports } = this.#parts;
    counters.dropped[reason] += 1;
    log.warn(reason, () => {
      const method = `${served.contract.service}.${served.contract.property}`;
      return `refused a call of ${method} from ${formatAddress(request.from)}: ${quote(error.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`;
    });
    engine.refuse(request, { code: error.code, message: error.message, executed: 'no' }, ports.now());
  }

  #refuseUnknown(engine: Engine, request: IncomingRequest): void {
    const { counters, log, ports } = this.#parts;
    counters.dropped['unknown-method'] += 1;
    log.warn('unknown-method', () => {
      const name = quote(new TextDecoder().decode(request.method));
      return `no service has a method ${name}, called by ${formatAddress(request.from)}`;
    });
    const message = 'This endpoint serves no such method.';
    engine.refuse(request, { code: 'UNIMPLEMENTED', message, executed: 'no' }, ports.now());
  }
}

function invoke({ implementation, contract }: ServedMethod, args: unknown[]): unknown {
  return implementation[contract.property]!(...args);
}

function label({ served, request }: Handling): string {
  return `${served.contract.service}.${served.contract.property}, called by ${formatAddress(request.from)},`;
}
