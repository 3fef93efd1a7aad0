import type { Address } from '../address.js';
import { decodeFailure, type ReceivedFailure } from '../codec/failure.js';
import type { Codec } from '../codec/codec.js';
import { currentScope, type CallScope } from '../context.js';
import type { Engine, Millis, WireMethod, WireName } from '../engine/engine.js';
import { Roster } from '../engine/tables/roster.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import { PendingCall, SILENCE, type Reply, type RpcCall } from '../reply.js';
import type { EndpointEvents } from '../reporting/events.js';
import type { MethodContract } from '../service/contract.js';
import { wireMethodOf } from '../wire-method.js';
import { AbortSignals } from './abort-signals.js';
import { AnswerChecks } from './answer-checks.js';
import { cancelled, cancelledBy, cancelledWithHandler, closedError, unsendable } from './call-errors.js';
import { checkSignal, checkTimeout, checkWaitForReady, encodeMetadata } from './check-options.js';
import type { Route, RouteOptions } from './route.js';
import { READINESS, StartedCall, labelOf } from './started-call.js';
import { UnresolvedCalls } from './unresolved-calls.js';

/** What a {@link Caller} works with. */
export interface CallerParts {
  /** By wire. */
  readonly codecs: ReadonlyMap<WireName, Codec>;
  readonly events: EndpointEvents;
  readonly ports: EndpointPorts;
  readonly timeoutMs: Millis;
  readonly maxPending: number;
  /** Whether no call can be made any more. */
  readonly closed: () => boolean;
  /** Called after the engine was given something to do. */
  readonly changed: () => void;
}

/** Makes calls: from values and options to the engine, and from what came of them to the caller's {@link RpcCall}. */
export class Caller {
  readonly #parts: CallerParts;
  /** Every call that has not ended. */
  readonly #open = new Roster<StartedCall>();
  readonly #signals = new AbortSignals((call, signal) => {
    this.#drop(call, 'cancelled', cancelledBy(call, signal));
    this.#parts.changed();
  });
  readonly #unresolved: UnresolvedCalls;
  readonly #checks: AnswerChecks;
  /** What methods are called on each wire, so that it is worked out once. */
  readonly #keys = new Map<Engine<StartedCall>, WeakMap<MethodContract, WireMethod>>();

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.#unresolved = new UnresolvedCalls(parts.ports, {
      resolved: (call, to) => this.#handLater(call, to),
      failed: (call, error) => this.failed(call, error),
      silent: (call) => this.silent(call),
      changed: parts.changed,
    });
    this.#checks = new AnswerChecks({
      taken: (call, answer) =>
        'error' in answer ? this.failed(call, answer.error) : this.#received(call, answer.value),
      late: (call, error) => this.failed(call, error),
      changed: parts.changed,
    });
  }

  get nextWake(): Millis {
    return Math.min(this.#unresolved.nextWake, this.#checks.nextWake);
  }

  get pendingCalls(): number {
    return this.#open.size;
  }

  /** Starts a call. Never throws. */
  start(route: Route, method: MethodContract, args: readonly unknown[], options: RouteOptions): RpcCall<unknown> {
    let call: StartedCall;
    try {
      call = this.#prepare(route, method, args, options);
      this.#signals.add(call);
      this.#open.add(call);
      this.#parts.events.callStarted();
      if (route.address !== undefined) this.#hand(call, route.address);
      else this.#unresolved.add(call, route.lookup!);
    } catch (error) {
      return PendingCall.failed(unsendable(error));
    }
    this.#parts.changed();
    return call;
  }

  /** Asks whether a peer is there. Never throws. */
  ask(route: Route, options: RouteOptions): PromiseLike<Reply<unknown>> {
    return this.start(route, READINESS, [], options);
  }

  /** Ends a call with what its peer answered; false if that cannot be decoded. */
  answered(call: StartedCall, payload: Uint8Array): boolean {
    call.answered = true;
    let value: unknown;
    try {
      value = this.#codecOf(call.engine).decode(payload);
    } catch {
      const message = `${call.label}: the result cannot be decoded. Both sides need the same codec and extension types.`;
      this.#drop(call, 'failed', new RpcError('DATA_LOSS', message, { origin: 'local', executed: 'yes' }));
      return false;
    }
    // The rpcudp wire answers one-way calls as well, with what stands for nothing there.
    if (call.contract.shape === 'one-way') this.#received(call, undefined);
    else if (call.contract.clientResult === undefined) this.#received(call, value);
    else this.#checks.take(call, value);
    return true;
  }

  /** Ends a one-way call. */
  sent(call: StartedCall, delivered: boolean): void {
    call.answered = delivered;
    this.#end(call, delivered ? 'answered' : 'silent');
    call.end(delivered ? { received: true, value: undefined } : SILENCE);
  }

  /** Ends a call to which the other side said no. */
  refused(call: StartedCall, failure: ReceivedFailure): void {
    this.#drop(call, 'failed', decodeFailure(this.#codecOf(call.engine), failure, call.label));
  }

  /** Ends a call that nobody answered. */
  silent(call: StartedCall): void {
    // A timer that goes off late makes nobody wait longer than was asked for.
    call.waitedMs = Math.min(this.#parts.ports.now(), call.deadline) - call.started;
    const { contract, remote, waitedMs, parts } = call;
    const { service, property } = contract;
    this.#parts.events.callUnanswered({ service, property, remote, waitedMs, parts });
    this.#end(call, 'silent');
    call.end(SILENCE);
  }

  /** Ends a call that could not be sent, or whose answer is no use. */
  failed(call: StartedCall, error: RpcError): void {
    this.#drop(call, 'failed', error);
  }

  wake(now: Millis): void {
    this.#unresolved.wake(now);
    this.#checks.wake(now);
  }

  /** Ends every call, for the endpoint closes. */
  close(): void {
    for (const call of [...this.#open.entries]) this.#drop(call, 'failed', closedError(call.label, call.executed));
  }

  #prepare(
    route: Route,
    contract: MethodContract,
    args: readonly unknown[],
    { timeoutMs, signal, metadata, waitForReady }: RouteOptions,
  ): StartedCall {
    const { ports, closed } = this.#parts;
    const { engine } = route;
    const codec = this.#codecOf(engine);
    checkTimeout(timeoutMs);
    checkSignal(signal);
    checkWaitForReady(engine, waitForReady);
    const encodedMetadata = encodeMetadata(engine, codec, metadata);
    // Encoding runs code of the user's, getters and extension rules, which may close this endpoint or abort the signal.
    const encoded = codec.encode(withoutTrailingUndefined(args));
    if (closed()) throw closedError(labelOf(contract, route), 'no');
    if (signal?.aborted === true) throw cancelled(signal, 'no');
    const scope = currentScope();
    if (scope?.signal.aborted === true) throw cancelledWithHandler(scope.signal, 'no');
    this.#checkRoom(contract, route);
    return new StartedCall({
      target: route,
      contract,
      method: this.#keyOf(engine, contract),
      args: encoded,
      metadata: encodedMetadata,
      started: ports.now(),
      timeoutMs: withinInherited(timeoutMs ?? this.#parts.timeoutMs, scope),
      waitForReady: waitForReady === true,
      signal,
      inheritedSignal: scope?.signal,
    });
  }

  #codecOf({ wire }: Engine<StartedCall>): Codec {
    return this.#parts.codecs.get(wire)!;
  }

  #keyOf(engine: Engine<StartedCall>, method: MethodContract): WireMethod {
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

  /** @throws RpcError if the engine refuses the call, which has then ended. */
  #hand(call: StartedCall, to: Address): void {
    call.to = to;
    try {
      call.handle = call.engine.call(call, call.started);
    } catch (error) {
      this.#end(call, 'failed');
      throw error;
    }
  }

  /** As {@link #hand}, of a call that its caller has. */
  #handLater(call: StartedCall, to: Address): void {
    try {
      this.#hand(call, to);
    } catch (error) {
      call.fail(unsendable(error));
    }
  }

  #received(call: StartedCall, value: unknown): void {
    this.#end(call, 'answered');
    call.end({ received: true, value });
  }

  #drop(call: StartedCall, outcome: 'failed' | 'cancelled', error: RpcError): void {
    if (call.ended) return;
    if (call.handle !== undefined) call.engine.cancel(call.handle);
    this.#end(call, outcome);
    call.fail(error);
  }

  #end(call: StartedCall, outcome: 'answered' | 'silent' | 'failed' | 'cancelled'): void {
    this.#open.remove(call);
    // A call is in no more than one of them.
    if (call.answered) this.#checks.remove(call);
    else this.#unresolved.remove(call);
    this.#parts.events.callEnded(outcome);
    this.#signals.remove(call);
  }
}

/** Left-out arguments are left out, so that defaults apply over there and older peers are not surprised. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length -= 1;
  return length === args.length ? args : args.slice(0, length);
}

/** A call made inside a handler waits no longer than the handler's own caller does. */
function withinInherited(timeoutMs: Millis, scope: CallScope | undefined): Millis {
  const remainingMs = scope?.remainingMs;
  return remainingMs === undefined ? timeoutMs : Math.max(1, Math.min(timeoutMs, remainingMs));
}
