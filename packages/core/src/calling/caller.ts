import type { Address } from '../address.js';
import { decodeFailure, type ReceivedFailure } from '../codec/failure.js';
import { decodeJoined, type Codec } from '../codec/codec.js';
import { currentScope } from '../context.js';
import type { CallOutcome, Millis, TransportName } from '../engine/engine.js';
import { Roster } from '../engine/tables/roster.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import { PendingCall, SILENCE, type Reply, type RpcCall } from '../reply.js';
import type { EndpointEvents } from '../reporting/events.js';
import type { MethodContract } from '../service/contract.js';
import { answersMany } from '../shape.js';
import { joinedBytes } from '../joined-bytes.js';
import { AbortSignals } from './abort-signals.js';
import { AnswerChecks } from './answer-checks.js';
import { cancelledBy, closedError, leftBehind, unsendable } from './call-errors.js';
import { checkStreams } from './check-options.js';
import { Preparation, withinInherited } from './preparation.js';
import type { Route, RouteOptions, StreamOptions } from './route.js';
import { READINESS, StartedCall } from './started-call.js';
import { StartedStream, type StartedStreamOwner } from './started-stream.js';
import { UnresolvedCalls } from './unresolved-calls.js';

/** What a {@link Caller} works with. */
export interface CallerParts {
  /** By wire. */
  readonly codecs: ReadonlyMap<TransportName, Codec>;
  readonly events: EndpointEvents;
  readonly ports: Pick<EndpointPorts, 'now' | 'random'>;
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
  readonly #signals = new AbortSignals<StartedCall>((call, signal) => {
    this.#drop(call, 'cancelled', cancelledBy(call, signal));
    this.#parts.changed();
  });
  readonly #streamOwner: StartedStreamOwner = {
    failed: (call, error) => {
      this.#drop(call, 'failed', error);
      this.#parts.changed();
    },
    left: (call) => {
      this.#drop(call, 'cancelled', leftBehind(call));
      this.#parts.changed();
    },
    changed: () => this.#parts.changed(),
  };
  readonly #unresolved: UnresolvedCalls;
  readonly #checks: AnswerChecks;
  readonly #preparation: Preparation;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.#preparation = new Preparation(parts, this.#open);
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

  /** How long calls wait where nobody says. */
  get timeoutMs(): Millis {
    return this.#parts.timeoutMs;
  }

  get pendingCalls(): number {
    return this.#open.size;
  }

  /** Starts a call. Never throws. */
  start(route: Route, method: MethodContract, args: readonly unknown[], options: RouteOptions): RpcCall<unknown> {
    let call: StartedCall;
    try {
      call = new StartedCall(this.#preparation.prepare(route, method, withoutTrailingUndefined(args), options));
      this.#launch(call, route);
    } catch (error) {
      return PendingCall.failed(unsendable(error));
    }
    this.#parts.changed();
    return call;
  }

  /**
   * Starts a call that has streams.
   *
   * @throws RpcError
   */
  startStream(
    route: Route,
    method: MethodContract,
    args: readonly unknown[],
    { source, idleMs = Infinity, totalMs = Infinity, ...options }: StreamOptions,
  ): StartedStream {
    checkStreams(route.engine, { idleMs, totalMs });
    const codec = this.#preparation.codecOf(route.engine);
    const call = new StartedStream(
      this.#preparation.prepare(route, method, source === undefined ? withoutTrailingUndefined(args) : args, options),
      {
        codec,
        source,
        answers: answersMany(method.stream),
        idleMs,
        totalMs: withinInherited(totalMs, currentScope()),
        now: () => this.#parts.ports.now(),
      },
      this.#streamOwner,
    );
    this.#launch(call, route);
    this.#parts.changed();
    return call;
  }

  /** Asks whether a peer is there. Never throws. */
  ask(route: Route, options: RouteOptions): PromiseLike<Reply<unknown>> {
    return this.start(route, READINESS, [], options);
  }

  /** Ends a call with what its peer answered; false if that cannot be decoded. */
  answered(call: StartedCall, payload: Uint8Array, rest?: Uint8Array): boolean {
    call.answered = true;
    call.answerBytes += joinedBytes(payload, rest);
    // What a generator returns is for nobody.
    if (call.streams?.answers === true) {
      this.#received(call, undefined);
      return true;
    }
    let value: unknown;
    try {
      value = decodeJoined(this.#preparation.codecOf(call.engine), payload, rest);
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
    this.#drop(call, 'failed', decodeFailure(this.#preparation.codecOf(call.engine), failure, call.label));
  }

  /** Ends a call that nobody answered. */
  silent(call: StartedCall): void {
    // A timer that goes off late makes nobody wait longer than was asked for.
    call.waitedMs = Math.min(this.#parts.ports.now(), call.deadline) - call.started;
    const { contract, remote, waitedMs, parts, traceparent } = call;
    const { service, property } = contract;
    this.#parts.events.callUnanswered({ service, property, remote, waitedMs, parts, traceparent });
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

  /** @throws RpcError if the engine refuses the call, which has then ended. */
  #launch(call: StartedCall, route: Route): void {
    this.#signals.add(call);
    this.#open.add(call);
    this.#parts.events.callStarted(call);
    if (route.address !== undefined) this.#hand(call, route.address);
    else this.#unresolved.add(call, route.lookup!);
  }

  /** @throws RpcError if the engine refuses the call, which has then ended. */
  #hand(call: StartedCall, to: Address): void {
    call.goesTo(to);
    try {
      call.handle = call.engine.call(call, call.started);
      call.handed();
    } catch (error) {
      this.#end(call, 'failed', unsendable(error));
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
    this.#end(call, outcome, error);
    call.fail(error);
  }

  #end(call: StartedCall, outcome: CallOutcome, error?: RpcError): void {
    this.#open.remove(call);
    // A call is in no more than one of them.
    if (call.answered) this.#checks.remove(call);
    else this.#unresolved.remove(call);
    this.#parts.events.callEnded(call, outcome, error);
    // The engine sends nothing more of it.
    this.#preparation.codecOf(call.engine).recycle?.(call.args);
    this.#signals.remove(call);
  }
}

/** Left-out arguments are left out, so that defaults apply over there and older peers are not surprised. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length -= 1;
  return length === args.length ? args : args.slice(0, length);
}
