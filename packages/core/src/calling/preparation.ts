import type { Codec } from '../codec/codec.js';
import { currentScope, type CallScope } from '../context.js';
import type { CallEngine, Millis, TransportName, WireMethod } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import type { MethodContract } from '../service/contract.js';
import { wireMethodOf } from '../wire-method.js';
import { cancelled, cancelledWithHandler, closedError } from './call-errors.js';
import { checkSignal, checkTimeout, checkWaitForReady, encodeMetadata } from './check-options.js';
import type { Route, RouteOptions } from './route.js';
import { labelOf, type StartedCall, type StartedCallParts } from './started-call.js';

/** What a {@link Preparation} works with. */
export interface PreparationParts {
  /** By wire. */
  readonly codecs: ReadonlyMap<TransportName, Codec>;
  readonly ports: Pick<EndpointPorts, 'now'>;
  readonly timeoutMs: Millis;
  readonly maxPending: number;
  /** Whether no call can be made any more. */
  readonly closed: () => boolean;
}

/** Makes of values and options what a call is made of, or finds out why it cannot be made. */
export class Preparation {
  readonly #parts: PreparationParts;
  /** The calls that have not ended. */
  readonly #open: { readonly size: number };
  /** What methods are called on each wire, so that it is worked out once. */
  readonly #keys = new Map<CallEngine<StartedCall>, WeakMap<MethodContract, WireMethod>>();

  constructor(parts: PreparationParts, open: { readonly size: number }) {
    this.#parts = parts;
    this.#open = open;
  }

  /** @throws RpcError */
  prepare(
    route: Route,
    contract: MethodContract,
    args: readonly unknown[],
    { timeoutMs, signal, metadata, waitForReady }: RouteOptions,
  ): StartedCallParts {
    const { ports, closed } = this.#parts;
    const { engine } = route;
    const codec = this.codecOf(engine);
    checkTimeout(timeoutMs);
    checkSignal(signal);
    checkWaitForReady(engine, waitForReady);
    const encodedMetadata = encodeMetadata(engine, codec, metadata);
    // Encoding runs code of the user's, getters and extension rules, which may close this endpoint or abort the signal.
    const encoded = codec.encode(args);
    if (closed()) throw closedError(labelOf(contract, route), 'no');
    if (signal?.aborted === true) throw cancelled(signal, 'no');
    const scope = currentScope();
    if (scope?.signal.aborted === true) throw cancelledWithHandler(scope.signal, 'no');
    this.#checkRoom(contract, route);
    return {
      target: route,
      contract,
      method: this.#keyOf(engine, contract),
      args: encoded,
      metadata: encodedMetadata,
      traceparent: metadata?.traceparent,
      started: ports.now(),
      timeoutMs: withinInherited(timeoutMs ?? this.#parts.timeoutMs, scope),
      waitForReady: waitForReady === true,
      signal,
      inheritedSignal: scope?.signal,
    };
  }

  codecOf({ wire }: CallEngine<StartedCall>): Codec {
    return this.#parts.codecs.get(wire)!;
  }

  #keyOf(engine: CallEngine<StartedCall>, method: MethodContract): WireMethod {
    let keys = this.#keys.get(engine);
    if (keys === undefined) this.#keys.set(engine, (keys = new WeakMap()));
    let key = keys.get(method);
    if (key === undefined) keys.set(method, (key = wireMethodOf(engine, method)));
    return key;
  }

  #checkRoom(contract: MethodContract, route: Route): void {
    const { maxPending } = this.#parts;
    if (this.#open.size < maxPending) return;
    throw new RpcError(
      'RESOURCE_EXHAUSTED',
      `${labelOf(contract, route)}: The endpoint that calls has ${maxPending} calls that wait for an answer already, which ` +
        'is its limit (maxPending). Wait for some of them, or bind that endpoint with a larger maxPending.',
      { details: { maxPending } },
    );
  }
}

/** A call made inside a handler waits no longer than the handler's own caller does. */
export function withinInherited(timeoutMs: Millis, scope: CallScope | undefined): Millis {
  const remainingMs = scope?.remainingMs;
  return remainingMs === undefined ? timeoutMs : Math.max(1, Math.min(timeoutMs, remainingMs));
}
