import type { Address } from '../address.js';
import type { RpcChannel } from '../channel.js';
import type { StoredContext } from '../context.js';
import type { IncomingRequest, WireName } from '../engine/engine.js';
import type { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import type { MethodContract } from '../service/contract.js';

/** What the contexts of an endpoint's handlers share. */
export interface HandlerSurroundings {
  readonly ports: Pick<EndpointPorts, 'now' | 'wallClock'>;
  readonly channelTo: (wire: WireName, address: Address) => RpcChannel;
}

/** The context of one running handler. What few handlers ask for is made when it is asked for. */
export class HandlerContext implements StoredContext {
  readonly method: MethodContract;
  readonly metadata: Readonly<Record<string, string>>;
  running = false;
  readonly #wire: WireName;
  readonly #request: IncomingRequest;
  readonly #surroundings: HandlerSurroundings;
  #peer: RpcChannel | undefined;
  #abort: AbortController | undefined;
  #aborted: RpcError | undefined;

  constructor(
    wire: WireName,
    request: IncomingRequest,
    method: MethodContract,
    metadata: Readonly<Record<string, string>>,
    surroundings: HandlerSurroundings,
  ) {
    this.#wire = wire;
    this.#request = request;
    this.method = method;
    this.metadata = metadata;
    this.#surroundings = surroundings;
  }

  get sender(): Address {
    return this.#request.from;
  }

  get deadline(): number | undefined {
    const leftMs = this.#leftMs;
    return leftMs === undefined ? undefined : this.#surroundings.ports.wallClock() + leftMs;
  }

  get remainingMs(): number | undefined {
    const leftMs = this.#leftMs;
    return leftMs === undefined ? undefined : Math.max(0, leftMs);
  }

  get peer(): RpcChannel {
    return (this.#peer ??= this.#surroundings.channelTo(this.#wire, this.sender));
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    }
    return this.#abort.signal;
  }

  abort(reason: RpcError): void {
    this.#aborted ??= reason;
    this.#abort?.abort(reason);
  }

  /** Below 0 once the deadline is over. */
  get #leftMs(): number | undefined {
    const { deadline, deadlineFromCaller } = this.#request;
    return deadlineFromCaller ? deadline - this.#surroundings.ports.now() : undefined;
  }
}
