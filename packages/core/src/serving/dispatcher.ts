import { formatAddress } from '../address.js';
import type { Codec } from '../codec/codec.js';
import { encodeFailure } from '../codec/failure.js';
import type { IncomingRequest, Refusal } from '../engine/engine.js';
import { Roster } from '../engine/tables/roster.js';
import { RpcError, type Executed } from '../errors.js';
import { QUOTED_MESSAGE_CHARACTERS_MAX } from '../limits.js';
import type { EndpointLog } from '../reporting/log.js';
import { quote } from '../reporting/quote.js';
import type { Counters } from '../reporting/stats.js';
import { Handling, type Failure, type RequestSource } from './handling.js';
import { advance, type PipelineExits } from './pipeline.js';

/** What a {@link Dispatcher} works with. */
export interface DispatcherParts {
  readonly codec: Codec;
  readonly log: EndpointLog;
  readonly counters: Counters;
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

  /** Handles a request. Never throws. */
  handle(source: RequestSource, request: IncomingRequest): void {
    this.#parts.counters.requests.received += 1;
    const served = source.methods.get(request.method);
    if (served === undefined) return this.#refuseUnknown(source, request);
    const handling = new Handling(source, request, served);
    request.handling = handling;
    this.#running.add(handling);
    advance(handling, undefined, this.#exits);
  }

  /** Aborts the handler of a request that nobody waits for any more. */
  abandon(request: IncomingRequest, reason: RpcError): void {
    const handling = request.handling as Handling | undefined;
    if (handling !== undefined && !handling.ended) this.#abandon(handling, reason);
  }

  /** Aborts every handler that still runs. */
  abandonAll(reason: RpcError): void {
    for (const handling of [...this.#running.entries]) {
      this.#sayNo(handling, reason, 'unknown');
      this.#abandon(handling, reason);
    }
  }

  /** Resolves when no handler runs. */
  whenIdle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenIdle = resolve));
  }

  #abandon(handling: Handling, reason: RpcError): void {
    this.#end(handling);
    this.#parts.counters.requests.abandoned += 1;
    this.#parts.log.warn('abandoned', () => `${label(handling)} was given up: ${reason.message}`);
    handling.abort(reason);
  }

  #answered(handling: Handling, taken: boolean): void {
    if (!taken) return this.#abandon(handling, new RpcError('CANCELLED', 'Nobody waited for the answer any more.'));
    this.#end(handling);
    this.#parts.counters.requests.answered += 1;
  }

  #failed(handling: Handling, failure: Failure): void {
    this.#end(handling);
    if (failure.kind === 'refused') {
      this.#countRefused(handling, failure);
      return this.#sayNo(handling, failure.error, 'no');
    }
    const { error, executed } = failure;
    this.#countFailed(handling, error);
    this.#sayNo(handling, RpcError.is(error) ? error : new RpcError('INTERNAL', 'The handler failed.'), executed);
  }

  #end(handling: Handling): void {
    this.#running.remove(handling);
    // An engine keeps a request until its answer has arrived.
    handling.request.handling = undefined;
    if (this.#running.size === 0) this.#whenIdle?.();
  }

  #countRefused(handling: Handling, { reason, error }: Extract<Failure, { kind: 'refused' }>): void {
    const { counters, log } = this.#parts;
    counters.dropped[reason] += 1;
    log.warn(reason, () => {
      const { service, property } = handling.served.contract;
      const from = formatAddress(handling.request.from);
      return `refused a call of ${service}.${property} from ${from}: ${quote(error.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`;
    });
  }

  #countFailed(handling: Handling, error: unknown): void {
    const { counters, log } = this.#parts;
    counters.requests.failed += 1;
    if (!RpcError.is(error) || error.code === 'INTERNAL') return log.error(`${label(handling)} failed`, error);
    log.warn('failed', () => {
      return `${label(handling)} said no: ${error.code} ${quote(error.message, QUOTED_MESSAGE_CHARACTERS_MAX)}`;
    });
  }

  #refuseUnknown(source: RequestSource, request: IncomingRequest): void {
    const { counters, log } = this.#parts;
    counters.dropped['unknown-method'] += 1;
    log.warn('unknown-method', () => {
      return `no service has a method ${describeKey(request.method)}, called by ${formatAddress(request.from)}`;
    });
    const error = new RpcError('UNIMPLEMENTED', 'The peer serves no such service or method.');
    this.#sayNo({ source, request }, error, 'no');
  }

  #sayNo({ source, request }: Pick<Handling, 'source' | 'request'>, error: RpcError, executed: Executed): void {
    source.replier.refuse(request, this.#refusalOf(error, executed));
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

function label({ served, request }: Handling): string {
  return `${served.contract.service}.${served.contract.property}, called by ${formatAddress(request.from)},`;
}

function describeKey(key: string | number): string {
  // Keys that are text hold one character for each byte of UTF-8.
  return typeof key === 'number' ? `of hash 0x${key.toString(16)}` : quote(Buffer.from(key, 'latin1').toString());
}
