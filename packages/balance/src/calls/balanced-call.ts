import { PendingCall, RpcError, type Reply, type RpcCall } from '@rpcudp/core';
import type { CallProgress } from '@rpcudp/core/endpoint';
import { takesMany } from '@rpcudp/core/service';
import { endOfError, endOfReply, spend, UNTOLD, type CallEnd } from '../target/call-end.js';
import type { BegunCall, PoolTarget } from '../target/pool-target.js';
import { eitherExecuted, withExecuted } from './executed.js';
import { Unsent } from './unsent.js';
import { Placement, type Shared, type ToPlace } from './placement.js';

/** Starts a call. Never throws. */
export function startBalanced(shared: Shared, call: ToPlace): RpcCall<unknown> {
  shared.counts.calls += 1;
  try {
    const balanced = new BalancedCall(shared, call);
    balanced.begin();
    return balanced;
  } catch (error) {
    return PendingCall.failed(RpcError.from(error));
  }
}

/** An attempt that has not ended. */
interface Running {
  readonly target: PoolTarget;
  readonly begun: BegunCall;
  readonly call: RpcCall<unknown>;
  readonly unsent: Unsent | undefined;
}

/** A call as its caller sees it, whatever targets it is sent to. */
class BalancedCall extends PendingCall<unknown> {
  readonly #shared: Shared;
  readonly #call: ToPlace;
  readonly #placement: Placement;
  readonly #mayHedge: boolean;
  /** What gives up the attempts that are left when one was answered; undefined where there is never more than one. */
  readonly #others: AbortController | undefined;
  #running = 0;
  #last: RpcCall<unknown> | undefined;
  #stopTimer: (() => void) | undefined;

  /** @throws RpcError `INVALID_ARGUMENT` */
  constructor(shared: Shared, call: ToPlace) {
    super();
    this.#shared = shared;
    this.#call = call;
    this.#placement = new Placement(shared, call);
    const { delivery, shape } = call.method;
    this.#mayHedge = shared.hedge !== undefined && delivery === 'idempotent' && shape === 'unary';
    if (this.#mayHedge) this.#others = new AbortController();
  }

  /** @throws what the policy throws */
  begin(): void {
    const placement = this.#placement;
    if (this.#shared.closed) throw placement.closed();
    if (this.#mayHedge) this.#call.options.signal?.addEventListener('abort', this.#abort, { once: true });
    const target = placement.first();
    if (target !== undefined) this.#attempt(target);
    else if (placement.waitsForTargets) void this.#wait();
    else throw placement.noTarget();
  }

  /** Of the attempt that was made last. */
  override get progress(): CallProgress {
    return this.#last?.progress ?? super.progress;
  }

  override silenceError(): RpcError | undefined {
    const placement = this.#placement;
    if (this.#last === undefined) return placement.late();
    const error = this.#last.silenceError();
    return error && withExecuted(error, eitherExecuted(error.executed, placement.executed));
  }

  override end(reply: Reply<unknown>): void {
    super.end(reply);
    this.#over();
  }

  override fail(error: RpcError): void {
    super.fail(error);
    this.#over();
  }

  #attempt(target: PoolTarget): void {
    const { method, args, options } = this.#call;
    const whole = this.#others?.signal ?? options.signal;
    const unsent = target.mayHoldBack && !takesMany(method.stream) ? new Unsent(whole) : undefined;
    const attemptOptions = this.#placement.attemptOptions(unsent?.signal ?? whole);
    const begun = target.began(unsent && (() => unsent.takeBack(call)));
    this.#running += 1;
    const call = target.channel.call(method, args, attemptOptions);
    this.#last = call;
    const running: Running = { target, begun, call, unsent };
    void call.then(
      (reply) => this.#replied(running, reply),
      (error: unknown) => this.#failed(running, RpcError.from(error)),
    );
    if (this.#mayHedge && this.#stopTimer === undefined) this.#setTimer();
  }

  #replied(running: Running, reply: Reply<unknown>): void {
    running.unsent?.over();
    this.#attemptEnded(running, endOfReply(reply, running.call));
    if (this.ended) return;
    if (reply.received) return this.end(reply);
    this.#placement.silent(running.call.silenceError()?.executed ?? 'unknown');
    // Others end at the same time, unless they are answered.
    if (this.#running === 0) this.end(reply);
  }

  #failed(running: Running, given: RpcError): void {
    const { unsent } = running;
    unsent?.over();
    const error = unsent === undefined ? given : unsent.errorOf(given);
    this.#attemptEnded(running, error === given ? this.#endOf(error) : UNTOLD);
    if (this.ended) return;
    try {
      const target = this.#placement.afterError(error);
      if (target !== undefined) this.#attempt(target);
      else if (this.#placement.waitsAfter(error)) void this.#wait(error);
      else if (this.#running === 0 || !this.#placement.mayMove(error)) this.#failWith(error);
    } catch (thrown) {
      this.#failWith(RpcError.from(thrown));
    }
  }

  #endOf(error: RpcError): CallEnd {
    const isLoser = this.ended && error.code === 'CANCELLED' && this.#call.options.signal?.aborted !== true;
    return isLoser ? { kind: 'overtaken' } : endOfError(error);
  }

  #failWith(error: RpcError): void {
    this.fail(withExecuted(error, eitherExecuted(error.executed, this.#placement.executed)));
  }

  #attemptEnded({ target, begun }: Running, end: CallEnd): void {
    this.#running -= 1;
    const { pool, throttle } = this.#shared;
    pool.ended(target, begun, end);
    spend(throttle, end);
  }

  /** Waits for a target, again and again until there is one. */
  async #wait(last?: RpcError): Promise<void> {
    const placement = this.#placement;
    try {
      for (let problem = last; ; problem = undefined) {
        await placement.wait(this.#call.options.signal);
        if (placement.leftMs <= 0) return problem === undefined ? this.end({ received: false }) : this.fail(problem);
        const target = placement.first();
        if (target !== undefined) return this.#attempt(target);
        if (!placement.waitsForTargets) throw placement.noTarget();
      }
    } catch (error) {
      this.fail(RpcError.from(error));
    }
  }

  #setTimer(): void {
    const { ports, hedge } = this.#shared;
    this.#stopTimer = ports.setTimer(hedge!.afterMs, () => this.#hedge());
  }

  /** Nothing was answered for a while. */
  #hedge(): void {
    if (this.ended) return;
    try {
      const target = this.#placement.beside(this.#running);
      if (target === undefined) return;
      this.#attempt(target);
      this.#setTimer();
    } catch (error) {
      this.#failWith(RpcError.from(error));
    }
  }

  readonly #abort = (): void => this.#others?.abort(this.#call.options.signal?.reason);

  #over(): void {
    this.#stopTimer?.();
    if (this.#others === undefined) return;
    this.#call.options.signal?.removeEventListener('abort', this.#abort);
    if (this.#running > 0) this.#others.abort();
  }
}
