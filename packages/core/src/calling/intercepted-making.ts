/** What calls and streams behind interceptors have in common: how they begin, and what their attempts are given. */
import type { CallOptions, RpcChannel } from '../channel.js';
import { checkMetadata } from '../codec/metadata.js';
import { currentScope, NO_METADATA } from '../context.js';
import { CallValues } from '../context-values.js';
import type { Executed } from '../errors.js';
import type { ClientInterceptor } from '../interceptor.js';
import { ClientCall } from '../interception/client-call.js';
import type { MethodContract } from '../service/contract.js';
import { answersMany } from '../shape.js';
import { cancelled, cancelledWithHandler } from './call-errors.js';
import { ofAttempt } from './call-trace.js';
import { checkSignal, checkTimeout } from './check-options.js';
import { withinInherited } from './preparation.js';

/** A call that is about to go through interceptors. */
export interface CallToMake {
  /** Where its attempts go. */
  readonly channel: RpcChannel;
  /** The first of them is the outermost. */
  readonly interceptors: readonly ClientInterceptor[];
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

/** Who knows whether the method has run by now. */
export interface KnowsExecuted {
  readonly executed: Executed;
}

/**
 * The call as the outermost interceptor sees it.
 *
 * @throws RpcError `INVALID_ARGUMENT` if an option is none, `CANCELLED` if the call is over before it begins
 */
export function firstSight({ channel, method, args, options }: CallToMake, attempts: KnowsExecuted): ClientCall {
  const { traits = {} } = channel;
  const { timeoutMs = method.timeoutMs ?? traits.timeoutMs, signal, metadata = NO_METADATA } = options;
  const { idleMs = method.idleMs, totalMs = method.totalMs } = options;
  checkTimeout(timeoutMs);
  checkSignal(signal);
  checkMetadata(metadata);
  const scope = currentScope();
  checkWanted(signal, scope?.signal);
  const facts = {
    side: 'client' as const,
    method,
    stream: answersMany(method.stream),
    remote: channel.remote,
    carriesMetadata: traits.carriesMetadata ?? true,
    values: new CallValues(),
    get executed(): Executed {
      return attempts.executed;
    },
  };
  const waits = timeoutMs === undefined ? undefined : withinInherited(timeoutMs, scope);
  return new ClientCall(facts, { args, metadata, signal, timeoutMs: waits, idleMs, totalMs });
}

/** @throws RpcError `CANCELLED` if nobody wants the answer any more */
function checkWanted(signal: AbortSignal | undefined, inherited: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal, 'no');
  if (inherited?.aborted === true) throw cancelledWithHandler(inherited, 'no');
}

/** The options of an attempt: what the innermost interceptor passed on, and of what they cannot change, what was there. */
export function optionsOf(call: ClientCall, { waitForReady }: CallOptions): CallOptions {
  const { metadata, signal, timeoutMs, idleMs, totalMs } = call;
  const options = {
    // A wire that cannot carry metadata refuses it, but not that there is none.
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    signal,
    timeoutMs,
    idleMs,
    totalMs,
    waitForReady,
  };
  return ofAttempt(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
}
