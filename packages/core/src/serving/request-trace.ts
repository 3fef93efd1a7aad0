import { AsyncResource } from 'node:async_hooks';
import { formatAddress } from '../address.js';
import { checkMetadata } from '../codec/metadata.js';
import { RpcError } from '../errors.js';
import { REQUESTS, tellEnd, type TracedEnd, type TracedRequest } from '../reporting/diagnostics.js';
import type { Failure, Handling, HandlingTrace } from './handling.js';

/** Tells of a request from its start to its end. */
export class RequestTrace implements HandlingTrace {
  readonly #traced: TracedRequest;
  /** What the handler's values are pulled in. */
  #context: AsyncResource | undefined;
  #begun = false;

  private constructor(traced: TracedRequest) {
    this.#traced = traced;
  }

  /** Runs what handles a request, in the contexts of those who hear of it. */
  static start(handling: Handling, run: () => void): void {
    const traced = tracedRequest(handling);
    handling.trace = new RequestTrace(traced);
    REQUESTS.start.runStores(traced, () => {
      traced.enter(run);
      REQUESTS.end.publish(traced);
    });
  }

  /** The context is the one that this is called in. */
  streamBegins(): void {
    this.#context = new AsyncResource('rpcudp.stream');
    this.#begun = true;
    REQUESTS.asyncStart.publish(this.#traced);
  }

  enter<T>(run: () => T): T {
    return this.#context === undefined ? run() : this.#context.runInAsyncScope(run);
  }

  answered(): void {
    this.#tellEnd({ code: 'OK', executed: 'yes' });
  }

  failed(failure: Failure): void {
    const { error } = failure;
    const code = RpcError.is(error) ? error.code : 'INTERNAL';
    this.#tellEnd({ code, executed: failure.kind === 'refused' ? 'no' : failure.executed, error });
  }

  abandoned(error: RpcError): void {
    this.#tellEnd({ code: error.code, executed: 'unknown', error });
  }

  #tellEnd(end: TracedEnd): void {
    tellEnd(REQUESTS, this.#traced, end, this.#begun);
  }
}

function tracedRequest(handling: Handling): TracedRequest {
  const { source, request, method } = handling;
  readMetadata(handling);
  return {
    service: method.service,
    method: method.name,
    name: `${method.service}/${method.name}`,
    remote: formatAddress(request.from),
    wire: source.wire,
    stream: method.stream,
    delivery: method.delivery,
    metadata: handling.metadata,
    enter: (run) => run(),
  };
}

/** Earlier than the pipeline does, for whom a call belongs to is told before anything is done for it. */
function readMetadata(handling: Handling): void {
  const { source, request } = handling;
  if (request.metadata === undefined) return;
  try {
    handling.metadata = checkMetadata(source.codec.decode(request.metadata));
  } catch {
    // The pipeline will refuse the call.
  }
}
