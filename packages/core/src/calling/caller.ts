import type { Address } from '../address.js';
import type { CallOptions, RpcChannel } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import { DeadlineHeap } from '../engine/tables/deadline-heap.js';
import type { Engine, Millis, WireMethod } from '../engine/engine.js';
import { Roster } from '../engine/tables/roster.js';
import { RpcError } from '../errors.js';
import { expectedMillis, isMillis } from '../durations.js';
import { inspectOption } from '../inspect-option.js';
import { PendingCall, SILENCE, type RpcCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';
import { AbortSignals } from './abort-signals.js';
import { currentScope } from '../context.js';
import { EndpointChannel, type ChannelOptions, type Destination, type Route } from './endpoint-channel.js';
import { decodeFailure, type ReceivedFailure } from '../codec/failure.js';
import type { EndpointEvents } from '../reporting/events.js';
import { checkMetadata } from '../codec/metadata.js';
import type { EndpointPorts } from '../ports.js';
import { wireMethodOf } from '../wire-method.js';
import { StartedCall } from './started-call.js';

/** What a {@link Caller} works with. */
export interface CallerParts {
  readonly codec: Codec;
  readonly events: EndpointEvents;
  readonly ports: EndpointPorts;
  readonly timeoutMs: Millis;
  readonly maxPending: number;
  /** Why no call can be made any more, if so. */
  readonly refusal: () => RpcError | undefined;
  /** Called after the engine was given something to do. */
  readonly changed: () => void;
}

/** Makes calls: from values and options to the engine, and from what came of them to the caller's {@link RpcCall}. */
export class Caller {
  readonly #parts: CallerParts;
  /** Every call that has not ended. */
  readonly #open = new Roster<StartedCall>();
  readonly #signals = new AbortSignals((call) => {
    this.#drop(call, 'cancelled', cancelled(call.signal!, call.executed));
    this.#parts.changed();
  });
  /** Those that wait for their peer's name to become an address. */
  readonly #unresolved = new DeadlineHeap<StartedCall>();
  /** What methods are called on each wire, so that it is worked out once. */
  readonly #keys = new Map<Engine<StartedCall>, WeakMap<MethodContract, WireMethod>>();

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  get nextWake(): Millis {
    return this.#unresolved.earliest;
  }

  get pendingCalls(): number {
    return this.#open.size;
  }

  /** A channel to a peer. A name is resolved with the first call, and again only if that failed. */
  channel(engine: Engine<StartedCall>, destination: Destination, options: ChannelOptions = {}): RpcChannel {
    checkTimeout(options.timeoutMs);
    return new EndpointChannel(this, engine, destination, options);
  }

  /** Starts a call. Never throws. */
  start(
    engine: Engine<StartedCall>,
    route: Route,
    method: MethodContract,
    args: readonly unknown[],
    options: CallOptions & ChannelOptions,
  ): RpcCall<unknown> {
    let call: StartedCall;
    try {
      call = this.#prepare(engine, route.remote, method, args, options);
      if (call.signal !== undefined) this.#signals.add(call, call.signal);
      this.#open.add(call);
      this.#parts.events.callStarted();
      if (route.address === undefined) this.#whenResolved(call, route);
      else this.#hand(call, route.address);
    } catch (error) {
      return PendingCall.failed(unsendable(error));
    }
    this.#parts.changed();
    return call;
  }

  /** Ends a call with what its peer answered; false if that cannot be decoded. */
  answered(call: StartedCall, payload: Uint8Array): boolean {
    let value: unknown;
    try {
      value = this.#parts.codec.decode(payload);
    } catch {
      const message = `${call.label}: the result cannot be decoded. Both sides need the same codec and extension types.`;
      this.#drop(call, 'failed', new RpcError('DATA_LOSS', message, { origin: 'local', executed: 'yes' }));
      return false;
    }
    this.#end(call, 'answered');
    call.end({ received: true, value });
    return true;
  }

  /** Ends a one-way call. */
  sent(call: StartedCall, delivered: boolean): void {
    this.#end(call, delivered ? 'answered' : 'silent');
    call.end(delivered ? { received: true, value: undefined } : SILENCE);
  }

  /** Ends a call to which the other side said no. */
  refused(call: StartedCall, failure: ReceivedFailure): void {
    this.#drop(call, 'failed', decodeFailure(this.#parts.codec, failure, call.label));
  }

  /** Ends a call that nobody answered. */
  silent(call: StartedCall): void {
    const { service, property } = call.contract;
    const waitedMs = call.deadline - call.started;
    this.#parts.events.callUnanswered({ service, property, remote: call.remote, waitedMs });
    this.#end(call, 'silent');
    call.end(SILENCE);
  }

  /** Ends a call that could not be sent. */
  failed(call: StartedCall, error: RpcError): void {
    this.#drop(call, 'failed', error);
  }

  wake(now: Millis): void {
    for (let call = this.#unresolved.takeDue(now); call !== undefined; call = this.#unresolved.takeDue(now)) {
      this.silent(call);
    }
  }

  /** Ends every call. */
  failAll(make: (call: StartedCall) => RpcError): void {
    for (const call of [...this.#open.entries]) this.#drop(call, 'failed', make(call));
  }

  #prepare(
    engine: Engine<StartedCall>,
    remote: string,
    method: MethodContract,
    args: readonly unknown[],
    options: CallOptions & ChannelOptions,
  ): StartedCall {
    const { ports, codec, refusal } = this.#parts;
    checkTimeout(options.timeoutMs);
    checkSignal(options.signal);
    const metadata = this.#encodeMetadata(engine, options.metadata);
    // Encoding runs code of the user's, getters and extension rules, which may close this endpoint or abort the signal.
    const encoded = codec.encode(withoutTrailingUndefined(args));
    const refused = refusal();
    if (refused !== undefined) throw refused;
    if (options.signal?.aborted === true) throw cancelled(options.signal, 'no');
    this.#checkRoom();
    return new StartedCall({
      engine,
      contract: method,
      remote,
      method: this.#keyOf(engine, method),
      args: encoded,
      metadata,
      started: ports.now(),
      timeoutMs: this.#withinInherited(options.timeoutMs ?? this.#parts.timeoutMs),
      signal: options.signal,
    });
  }

  #encodeMetadata(engine: Engine<StartedCall>, metadata: CallOptions['metadata']): Uint8Array | undefined {
    if (metadata === undefined || Object.keys(checkMetadata(metadata)).length === 0) return undefined;
    if (!engine.traits.carriesMetadata) throw noMetadata(engine);
    return this.#parts.codec.encode(metadata);
  }

  /** A call made inside a handler waits no longer than the handler's own caller does. */
  #withinInherited(timeoutMs: Millis): Millis {
    const remainingMs = currentScope()?.remainingMs;
    return remainingMs === undefined ? timeoutMs : Math.max(1, Math.min(timeoutMs, remainingMs));
  }

  #keyOf(engine: Engine<StartedCall>, method: MethodContract): WireMethod {
    let keys = this.#keys.get(engine);
    if (keys === undefined) this.#keys.set(engine, (keys = new WeakMap()));
    let key = keys.get(method);
    if (key === undefined) keys.set(method, (key = wireMethodOf(engine, method)));
    return key;
  }

  #checkRoom(): void {
    const { maxPending } = this.#parts;
    if (this.#open.size < maxPending) return;
    throw new RpcError(
      'RESOURCE_EXHAUSTED',
      `The endpoint that calls has ${maxPending} calls that wait for an answer already, which is its limit (maxPending). ` +
        'Wait for some of them, or bind that endpoint with a larger maxPending.',
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

  #whenResolved(call: StartedCall, route: Route): void {
    this.#unresolved.add(call);
    route.resolve().then(
      (address) => {
        if (call.ended) return;
        this.#unresolved.remove(call);
        try {
          this.#hand(call, address);
        } catch (error) {
          call.fail(unsendable(error));
        }
        this.#parts.changed();
      },
      (error: unknown) => {
        this.#drop(call, 'failed', RpcError.from(error));
        this.#parts.changed();
      },
    );
  }

  #drop(call: StartedCall, outcome: 'failed' | 'cancelled', error: RpcError): void {
    if (call.ended) return;
    if (call.handle !== undefined) call.engine.cancel(call.handle);
    this.#end(call, outcome);
    call.fail(error);
  }

  #end(call: StartedCall, outcome: 'answered' | 'silent' | 'failed' | 'cancelled'): void {
    this.#open.remove(call);
    this.#unresolved.remove(call);
    this.#parts.events.callEnded(outcome);
    if (call.signal !== undefined) this.#signals.remove(call, call.signal);
  }
}

/** Left-out arguments are left out, so that defaults apply over there and older peers are not surprised. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length -= 1;
  return length === args.length ? args : args.slice(0, length);
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkTimeout(timeoutMs: number | undefined, option = 'timeoutMs'): void {
  if (timeoutMs === undefined || isMillis(timeoutMs, 1)) return;
  throw new RpcError('INVALID_ARGUMENT', `${option} must be ${expectedMillis(1)}, not ${inspectOption(timeoutMs)}.`);
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const { aborted, addEventListener, removeEventListener } = (signal as Partial<AbortSignal> | null) ?? {};
  const listens = typeof addEventListener === 'function' && typeof removeEventListener === 'function';
  if (listens && typeof aborted === 'boolean') return;
  throw new RpcError('INVALID_ARGUMENT', `signal must be an AbortSignal, not ${inspectOption(signal)}.`);
}

function cancelled(signal: AbortSignal, executed: 'no' | 'unknown'): RpcError {
  return new RpcError('CANCELLED', 'The call was cancelled by its signal.', { executed, cause: signal.reason });
}

/** Anything but an RpcError comes from a codec of the user's own; nothing was sent. */
function unsendable(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  return new RpcError('INVALID_ARGUMENT', 'The codec could not encode the arguments.', {
    cause: error,
    executed: 'no',
  });
}

function noMetadata(engine: Engine<StartedCall>): RpcError {
  return new RpcError('FAILED_PRECONDITION', `The ${engine.wire} wire cannot carry metadata. Leave metadata out.`);
}
