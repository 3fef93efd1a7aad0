/** Interceptors around a handler and the guards of its arguments. */
import { formatAddress } from '../address.js';
import { runInContext } from '../context.js';
import { RpcError, type Executed } from '../errors.js';
import type { ServerInterceptor } from '../interceptor.js';
import { executedEarlier } from '../interception/executed-earlier.js';
import { runChain } from '../interception/run-chain.js';
import { ServerCall } from '../interception/server-call.js';
import type { Guard } from '../service/argument-guard.js';
import type { MethodContract } from '../service/contract.js';
import { answersMany, takesMany } from '../shape.js';
import { isSource } from '../stream.js';
import { isThenable } from '../thenable.js';
import type { Failure, Handling, Implementation, Stage } from './handling.js';
import { HandlersSource } from './handlers-source.js';
import type { Interception } from './interception.js';
import { refusedArguments, streamOf } from './stage-parts.js';

/** What an intercept stage is made of. */
export interface InterceptedParts {
  /** The first is the outermost. */
  readonly interceptors: readonly ServerInterceptor[];
  readonly guard: Guard | undefined;
  readonly handlers: Implementation;
}

/** Takes decoded arguments through interceptors, then through their guard to the handler. */
export function interceptStage(contract: MethodContract, parts: InterceptedParts): Stage {
  const { interceptors } = parts;
  const enter = (handling: Handling, args: unknown[]): unknown => {
    const call = firstSight(contract, handling, args);
    const end = { run: (last: ServerCall) => runHandler(contract, parts, { handling, call: last }) };
    const outcome = runChain(interceptors, call, end);
    return isHandlersSource(outcome) ? outcome.source : outcome;
  };
  return {
    run: (handling, args) => {
      handling.running = true;
      handling.interception.handlerStarted = false;
      const outcome = runInContext(handling, enter, handling, args as unknown[]);
      if (contract.stream === undefined || !isThenable(outcome)) return outcome;
      return streamOf(handling).until(outcome);
    },
    failed: (error, handling) => failureOf(error, handling.interception),
  };
}

/** The call as the outermost interceptor sees it. */
function firstSight(method: MethodContract, handling: Handling, args: unknown[]): ServerCall {
  const { interception } = handling;
  const facts = {
    side: 'server' as const,
    method,
    stream: answersMany(method.stream),
    remote: formatAddress(handling.sender),
    carriesMetadata: handling.source.carriesMetadata,
    values: interception.values,
    get executed(): Executed {
      return interception.handlerStarted ? 'yes' : 'no';
    },
    get signal(): AbortSignal {
      return handling.ownSignal;
    },
  };
  const given = takesMany(method.stream) ? [...args, streamOf(handling).reader] : args;
  const { metadata, leftMs: timeoutMs } = handling;
  const changes = { args: given, metadata, signal: undefined, timeoutMs, idleMs: undefined, totalMs: undefined };
  return new ServerCall(facts, changes);
}

/** A call at the end of its chain. */
interface PassedCall {
  readonly handling: Handling;
  readonly call: ServerCall;
}

function runHandler(contract: MethodContract, { guard, handlers }: InterceptedParts, passed: PassedCall): unknown {
  const { handling, call } = passed;
  handling.goesOnAs(call);
  const { interception } = handling;
  const [args, source] = splitSource(contract, call.args);
  const invoke = (guarded: readonly unknown[]): unknown => {
    checkFirst(contract, interception);
    interception.handlerStarted = true;
    return tracked(contract, interception, handlers[contract.property]!(...guarded, ...source));
  };
  if (guard === undefined) return invoke(args);
  const guarded = guardArguments(guard, args, interception);
  return isThenable(guarded) ? guarded.then(invoke) : invoke(guarded);
}

/** The arguments that a guard knows, and what stands behind them. */
function splitSource({ stream }: MethodContract, args: readonly unknown[]): [args: unknown[], source: unknown[]] {
  return takesMany(stream) ? [args.slice(0, -1), args.slice(-1)] : [[...args], []];
}

function guardArguments(guard: Guard, args: unknown[], interception: Interception): unknown[] | PromiseLike<unknown[]> {
  const refused = (error: unknown): never => {
    interception.refusedArguments = error;
    throw error;
  };
  try {
    const guarded = guard(args);
    return isThenable(guarded) ? guarded.then(undefined, refused) : guarded;
  } catch (error) {
    return refused(error);
  }
}

/** @throws RpcError `FAILED_PRECONDITION` if the handler ran already, and may not run twice */
function checkFirst({ service, property, delivery, stream }: MethodContract, { handlerStarted }: Interception): void {
  if (!handlerStarted || (delivery === 'idempotent' && !takesMany(stream))) return;
  const why = takesMany(stream) ? 'takes a stream, whose values can be read once' : `is ${delivery}`;
  const message = `${service}.${property} ${why}, so its handler runs once. An interceptor may call next once.`;
  throw new RpcError('FAILED_PRECONDITION', message, { executed: 'yes' });
}

/** What a handler answers with, so that its end is heard of though an interceptor has wrapped it. */
function tracked({ stream }: MethodContract, { sources }: Interception, outcome: unknown): unknown {
  if (!answersMany(stream)) return outcome;
  if (isThenable(outcome))
    return outcome.then((later) => (isSource(later) ? new HandlersSource(later, sources) : later));
  return isSource(outcome) ? new HandlersSource(outcome, sources) : outcome;
}

function isHandlersSource(outcome: unknown): outcome is HandlersSource {
  return outcome instanceof HandlersSource;
}

function failureOf(error: unknown, interception: Interception): Failure {
  if (interception.handlerStarted) return { kind: 'failed', executed: 'yes', error };
  const executed = executedEarlier(error) ?? 'no';
  if (executed !== 'no' || !RpcError.is(error)) return { kind: 'failed', executed, error };
  if (error === interception.refusedArguments) return refusedArguments(error);
  return { kind: 'refused', reason: 'intercepted', error };
}
