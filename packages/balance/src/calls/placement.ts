import { RpcError, type CallOptions } from '@rpcudp/core';
import type { Executed } from '@rpcudp/core/endpoint';
import type { RetryThrottle } from '@rpcudp/core/interceptors';
import { takesMany, type MethodContract } from '@rpcudp/core/service';
import { invalid, TIMER_MS_MAX } from '../check.js';
import { TARGETS_PER_CALL_MAX, TIMEOUT_MS_DEFAULT, WAIT_FOR_READY_MS } from '../limits.js';
import type { CheckedHedge } from '../options.js';
import type { BalancePorts } from '../ports.js';
import type { Pool } from '../target/pool.js';
import { movesOn } from '../target/call-end.js';
import type { PoolTarget } from '../target/pool-target.js';
import { eitherExecuted } from './executed.js';
import type { Waiting } from './waiting.js';

type Changeable = { -readonly [Option in keyof CallOptions]: CallOptions[Option] };

/** What all calls of a channel share. */
export interface Shared {
  readonly pool: Pool;
  readonly throttle: RetryThrottle;
  readonly hedge: CheckedHedge | undefined;
  readonly ports: BalancePorts;
  readonly waiting: Waiting;
  /** Who the targets are, for messages. */
  readonly label: string;
  /** Of the channel, unless a call says otherwise. */
  readonly timeoutMs: number | undefined;
  readonly waitForReady: boolean;
  readonly counts: { calls: number; moved: number; hedged: number; withheld: number };
  closed: boolean;
}

/** What is called. */
export interface ToPlace {
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

/** Where the attempts of one call go, and whether there may be another one. */
export class Placement {
  readonly #shared: Shared;
  readonly #call: ToPlace;
  readonly #began: number;
  readonly #waitsForReady: boolean;
  #tried: Set<PoolTarget> | undefined;
  #first: PoolTarget | undefined;
  #executed: Executed = 'no';
  #hasWaited = false;
  /** Attempts that may have run. */
  #mayHaveRun = 0;

  /** @throws RpcError `INVALID_ARGUMENT` */
  constructor(shared: Shared, call: ToPlace) {
    this.#shared = shared;
    this.#call = call;
    this.#began = shared.ports.now();
    const { timeoutMs, waitForReady = shared.waitForReady } = call.options;
    if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 1 && timeoutMs <= TIMER_MS_MAX))
      throw invalid('timeoutMs', `from 1 to ${TIMER_MS_MAX}`, timeoutMs);
    if (typeof waitForReady !== 'boolean') throw invalid('waitForReady', 'true or false', waitForReady);
    this.#waitsForReady = waitForReady;
  }

  /** Whether the method has run, as far as is known of the attempts that have ended. */
  get executed(): Executed {
    return this.#executed;
  }

  /** What is left of the call's time. */
  get leftMs(): number {
    const { method, options } = this.#call;
    const { ports, timeoutMs, pool } = this.#shared;
    const ms = options.timeoutMs ?? method.timeoutMs ?? timeoutMs ?? pool.sample?.traits?.timeoutMs;
    return this.#began + (ms ?? TIMEOUT_MS_DEFAULT) - ports.now();
  }

  /** The options of an attempt: those of the call, with what is left of its time. */
  attemptOptions(signal: AbortSignal | undefined): CallOptions {
    const { options } = this.#call;
    const isFirst = this.#tried === undefined && !this.#hasWaited;
    // The peer that a call waits for is any of them, which is seen to here.
    if (isFirst && signal === options.signal && options.waitForReady === undefined) return options;
    const timeoutMs = isFirst ? options.timeoutMs : Math.max(1, this.leftMs);
    const changed: Changeable = { ...options };
    delete changed.waitForReady;
    if (timeoutMs !== undefined) changed.timeoutMs = timeoutMs;
    if (signal !== undefined) changed.signal = signal;
    return changed;
  }

  /** The target of the first attempt. @throws what the policy throws */
  first(): PoolTarget | undefined {
    this.#tried = this.#first = undefined;
    return (this.#first = this.#choose(true));
  }

  /**
   * The target that a call goes to after an error; undefined if that is how it ends. A call that has not run goes on, whatever its method is;
   * one that may have run only if it may run again, and as long as the budget lasts.
   *
   * @throws what the policy throws
   */
  afterError(error: RpcError): PoolTarget | undefined {
    this.#ranMaybe(error.executed);
    if (!this.mayMove(error) || this.leftMs <= 0) return undefined;
    const { counts, hedge, throttle } = this.#shared;
    const free = error.executed === 'no';
    if (!free && this.#mayHaveRun >= (hedge?.attempts ?? 2)) return undefined;
    if (!free && !throttle.allows) {
      counts.withheld += 1;
      return undefined;
    }
    // A target that failed lately is asked at the price of the budget, so that calls that all refuse do not multiply.
    const target = this.#choose(throttle.allows);
    if (target !== undefined) counts.moved += 1;
    return target;
  }

  /** The target of an attempt beside others that take too long. @throws what the policy throws */
  beside(running: number): PoolTarget | undefined {
    const { counts, hedge, throttle } = this.#shared;
    if (this.leftMs <= 0 || running + this.#mayHaveRun >= hedge!.attempts) return undefined;
    if (!throttle.allows) {
      counts.withheld += 1;
      return undefined;
    }
    const target = this.#choose(false);
    if (target !== undefined) counts.hedged += 1;
    return target;
  }

  /** Whether another target may be sent the call after an error. */
  mayMove(error: RpcError): boolean {
    const { method } = this.#call;
    // What of a stream was sent is gone.
    if (!movesOn(error) || takesMany(method.stream)) return false;
    return error.executed === 'no' || method.delivery === 'idempotent';
  }

  /** Whether the call waits until a target can take it, rather than end with this error. */
  waitsAfter(error: RpcError): boolean {
    return this.#waitsForReady && this.#executed === 'no' && this.mayMove(error) && error.executed === 'no';
  }

  /** Whether it may be worth while to wait for the first target. */
  get waitsForTargets(): boolean {
    return !this.#shared.closed && (this.#waitsForReady || !this.#shared.pool.known);
  }

  /** Waits until there may be a target. @throws RpcError why none is to be expected */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    const { waiting, pool } = this.#shared;
    const { leftMs } = this;
    this.#hasWaited = true;
    // Those that are there have just refused it.
    await waiting.wait(pool.sample === undefined ? leftMs : Math.min(leftMs, WAIT_FOR_READY_MS), signal);
    if (signal?.aborted === true)
      throw new RpcError('CANCELLED', `${this.label}: The call was cancelled by its signal.`, { cause: signal.reason });
    if (this.#shared.closed) throw this.closed();
  }

  /** An attempt has ended without an answer. */
  silent(executed: Executed): void {
    this.#ranMaybe(executed);
  }

  get label(): string {
    const { service, property } = this.#call.method;
    return `${service}.${property} at ${this.#shared.label}`;
  }

  /** Why there is no target. */
  noTarget(): RpcError {
    const { problem } = this.#shared.pool;
    const why = problem === undefined ? 'Discovery has named no target.' : problem.message;
    const advice = 'Start a server, or let the call wait for one with waitForReady.';
    return new RpcError('UNAVAILABLE', `${this.label}: There is no target. ${why} ${advice}`, { cause: problem });
  }

  /** Nobody was there in time. */
  late(): RpcError {
    const { problem: cause } = this.#shared.pool;
    const message = `${this.label}: There was no target within the time of the call.`;
    return new RpcError('DEADLINE_EXCEEDED', message, { executed: this.#executed, cause });
  }

  closed(): RpcError {
    return new RpcError('CLOSED', `${this.label}: The balanced channel is closed. Make a new one with balance().`);
  }

  #ranMaybe(executed: Executed): void {
    this.#executed = eitherExecuted(this.#executed, executed);
    if (executed !== 'no') this.#mayHaveRun += 1;
  }

  #choose(insists: boolean): PoolTarget | undefined {
    const { method, args, options } = this.#call;
    // Usually there is one attempt, and nothing to remember.
    if (this.#first !== undefined) this.#tried ??= new Set([this.#first]);
    if ((this.#tried?.size ?? 0) >= TARGETS_PER_CALL_MAX) return undefined;
    const target = this.#shared.pool.choose({ method, args, metadata: options.metadata }, this.#tried, insists);
    if (target !== undefined) this.#tried?.add(target);
    return target;
  }
}
