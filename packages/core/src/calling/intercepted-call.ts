import type { CallOptions } from '../channel.js';
import { currentScope } from '../context.js';
import { RpcError, type Executed } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { ClientOutcome } from '../interceptor.js';
import type { ClientCall } from '../interception/client-call.js';
import { RUNS_ONCE } from '../interception/repeatable.js';
import { runChain } from '../interception/run-chain.js';
import { NextStep, type CallProgress } from '../progress.js';
import { PendingCall, type Reply, type RpcCall } from '../reply.js';
import { isThenable } from '../thenable.js';
import { Attempts, type Attempt } from './attempts.js';
import { AbortSignals, type Abortable } from './abort-signals.js';
import { cancelledBy } from './call-errors.js';
import { firstSight, optionsOf, type CallToMake } from './intercepted-making.js';
import { ProgressOfAttempts } from './progress-of-attempts.js';
import { StartedCall } from './started-call.js';

/** Starts a call through interceptors. Never throws. */
export function startIntercepted(making: CallToMake): RpcCall<unknown> {
  const call = new InterceptedRpcCall(making);
  let outcome: ClientOutcome;
  try {
    const first = firstSight(making, call.attempts);
    call.begin(first);
    outcome = runChain(making.interceptors, first, call);
  } catch (error) {
    return PendingCall.failed(call.attempts.errorOf(error));
  }
  // Interceptors that only change what is sent give the very call that was made.
  const { made } = call.attempts;
  if (made.length === 1 && made[0]!.call === outcome) return made[0]!.call;
  call.endWith(outcome);
  return call;
}

/** Ends calls that interceptors keep from ending by themselves. */
const signals = new AbortSignals<InterceptedRpcCall>((call, signal) => call.fail(cancelledBy(call, signal)));

/** What a stub gives for a call behind interceptors: as they see it, whatever attempts they make of it. */
export class InterceptedRpcCall extends PendingCall<unknown> implements Abortable {
  readonly attempts: Attempts<CallAttempt>;
  readonly signal: AbortSignal | undefined;
  readonly inheritedSignal: AbortSignal | undefined = currentScope()?.signal;
  readonly #making: CallToMake;
  #mayRepeat = (): boolean => false;
  #next: NextStep | undefined;

  constructor(making: CallToMake) {
    super();
    this.#making = making;
    this.signal = making.options.signal;
    this.attempts = new Attempts(making.method, () => this.#mayRepeat());
  }

  get executed(): Executed {
    return this.attempts.executed;
  }

  /** It is known what the interceptors are given. */
  begin({ values }: ClientCall): void {
    this.#mayRepeat = () => values.get(RUNS_ONCE);
  }

  /** Makes an attempt. @throws RpcError `FAILED_PRECONDITION` */
  run(call: ClientCall): RpcCall<unknown> {
    this.attempts.check();
    const { channel, method, options } = this.#making;
    const made = channel.call(method, call.args, optionsOf(call, options satisfies CallOptions));
    this.attempts.add(new CallAttempt(made));
    this.#step();
    return made;
  }

  thrown(error: unknown): RpcCall<never> {
    return PendingCall.failed(this.attempts.errorOf(error));
  }

  /** Ends as the outermost interceptor has it. */
  endWith(outcome: unknown): void {
    signals.add(this);
    const { label } = this;
    Promise.resolve(outcome).then(
      (reply) => (isReply(reply) ? this.end(reply) : this.fail(this.attempts.errorOf(noReply(label, reply)))),
      (error: unknown) => this.fail(this.attempts.errorOf(error)),
    );
  }

  override end(reply: Reply<unknown>): void {
    super.end(reply);
    this.#over();
  }

  override fail(error: RpcError): void {
    super.fail(error);
    this.#over();
  }

  override get progress(): CallProgress {
    return new ProgressOfAttempts(this);
  }

  /** Resolves when there is another attempt, or when it has ended. */
  advanced(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return (this.#next ??= new NextStep()).taken;
  }

  override silenceError(): RpcError | undefined {
    const { last } = this.attempts;
    if (last === undefined) return super.silenceError();
    const error = last.call.silenceError();
    return error && this.attempts.errorOf(error);
  }

  get label(): string {
    const { method, channel } = this.#making;
    return `${method.service}.${method.property} at ${channel.remote}`;
  }

  #over(): void {
    signals.remove(this);
    this.#step();
  }

  #step(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.take();
  }
}

/** A call that was made on behalf of another. */
export class CallAttempt implements Attempt {
  readonly call: RpcCall<unknown>;
  #executed: Executed | undefined;

  constructor(call: RpcCall<unknown>) {
    this.call = call;
    call.then(
      ({ received }) => (this.#executed = received ? 'yes' : (call.silenceError()?.executed ?? 'unknown')),
      (error: unknown) => (this.#executed = RpcError.from(error).executed),
    );
  }

  get executed(): Executed {
    if (this.#executed !== undefined) return this.#executed;
    return this.call instanceof StartedCall ? this.call.executed : 'unknown';
  }
}

function isReply(value: unknown): value is Reply<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { received } = value as { readonly received?: unknown };
  return received === false || (received === true && 'value' in value);
}

function noReply(label: string, given: unknown): TypeError {
  const what = isThenable(given) ? 'a promise' : inspectOption(given);
  return new TypeError(
    `${label}: an interceptor gave ${what} for a reply. Return what next() gave, or { received: true, value }.`,
  );
}
