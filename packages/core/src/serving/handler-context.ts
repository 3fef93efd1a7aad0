import type { Address } from '../address.js';
import type { RpcChannel } from '../channel.js';
import type { RpcContext } from '../context.js';
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
export class HandlerContext implements RpcContext {
  readonly method: MethodContract;
  readonly metadata: Readonly<Record<string, string>>;
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
    const { deadline, deadlineFromCaller } = this.#request;
    const { ports } = this.#surroundings;
    return deadlineFromCaller ? ports.wallClock() + deadline - ports.now() : undefined;
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
}
