/**
 * The way of a request to its answer: ask whether it may run, decode and check the delivery, guard the arguments, run, guard
 * the result, encode and send; where there are interceptors, they stand around the guard of the arguments and the run. It is compiled for each method when that is served, so that a stage which a method does not need costs its calls
 * nothing.
 */
import { hasInstance } from '../brands.js';
import { decodeJoined } from '../codec/codec.js';
import { checkMetadata } from '../codec/metadata.js';
import { NO_METADATA, runInContext } from '../context.js';
import { RpcError } from '../errors.js';
import type { ServerInterceptor } from '../interceptor.js';
import type { KnowsClass } from '../service/class-types.js';
import type { MethodContract } from '../service/contract.js';
import type { Guard } from '../service/argument-guard.js';
import { guardFor, resultGuardFor, type ResultGuard } from '../service/guard.js';
import { answersMany, takesMany } from '../shape.js';
import { isAsyncIterable } from '../stream.js';
import { isThenable } from '../thenable.js';
import type { Authorization } from './authorization.js';
import type { Failure, Handling, Implementation, Stage } from './handling.js';
import { interceptStage } from './intercept-stage.js';
import { failedAfter, refusedArguments } from './stage-parts.js';
import { answerStage, attachStage, describeStreams, openStage, UndeclaredStream } from './stream-pipeline.js';

/** Where a pipeline leads. */
export interface PipelineExits {
  /** The result went to the replier, which took it if the answer was still wanted. */
  readonly answered: (handling: Handling, taken: boolean) => void;
  readonly failed: (handling: Handling, failure: Failure) => void;
  /** The pipeline went on in a turn of its own, which ends now. */
  readonly turnEnded: () => void;
}

/** What a pipeline is compiled with, beside its method. */
export interface PipelineOptions {
  /** Whether the codec gives instances of a class. */
  readonly knowsClass?: KnowsClass | undefined;
  /** Says who may call; undefined if everybody may. */
  readonly authorization?: Authorization | undefined;
  /** What stands around the handler, outermost first. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

/** @throws RpcError `INVALID_SERVICE` if a parameter is of a type that cannot travel. */
export function compilePipeline(
  contract: MethodContract,
  implementation: object,
  { knowsClass, authorization, interceptors = [] }: PipelineOptions = {},
): Stage[] {
  const handlers = implementation as Implementation;
  const guard = guardFor(contract, handlers[contract.property]!, knowsClass);
  return [
    ...(contract.stream === undefined ? [] : [attachStage(contract)]),
    ...(authorization === undefined ? [] : [authorizeStage(authorization)]),
    decodeStage(contract),
    ...(interceptors.length === 0
      ? runStages(contract, handlers, guard)
      : [interceptStage(contract, { interceptors, guard, handlers })]),
    ...(answersMany(contract.stream) ? [answerStage(contract)] : answerOnce(contract)),
  ];
}

function runStages(contract: MethodContract, handlers: Implementation, guard: Guard | undefined): Stage[] {
  const run = contract.stream === undefined ? runStage(contract, handlers) : openStage(contract, handlers);
  return guard === undefined ? [run] : [guardStage(guard), run];
}

function answerOnce(contract: MethodContract): Stage[] {
  const resultGuard = resultGuardFor(contract);
  return [...(resultGuard === undefined ? [] : [resultGuardStage(resultGuard)]), replyStage(contract)];
}

/** Takes a request as far as it gets in this turn; what has to be waited for goes on in a later one. Never throws. */
export function start(handling: Handling, exits: PipelineExits): void {
  advance(handling, 0, undefined, exits);
}

/** @param from The stage that takes the value. */
function advance(handling: Handling, from: number, value: unknown, exits: PipelineExits): void {
  const { pipeline } = handling.served;
  let stage = from;
  let outcome = value;
  try {
    for (; stage < pipeline.length; stage += 1) {
      outcome = pipeline[stage]!.run(handling, outcome);
      if (isThenable(outcome)) return goOnLater(handling, stage, outcome, exits);
      handling.running = false;
      // The code of users that a stage runs may end this very call.
      if (handling.ended) return;
    }
  } catch (error) {
    return fail(handling, stage, error, exits);
  }
  exits.answered(handling, outcome as boolean);
}

function fail(handling: Handling, stage: number, error: unknown, exits: PipelineExits): void {
  handling.running = false;
  if (!handling.ended) exits.failed(handling, handling.served.pipeline[stage]!.failed(error, handling));
}

/** Goes on when what a stage promised settles, unless the call has ended by then. */
function goOnLater(handling: Handling, stage: number, promise: PromiseLike<unknown>, exits: PipelineExits): void {
  function settled(proceed: (outcome: unknown) => void): (outcome: unknown) => void {
    return (outcome) => {
      handling.running = false;
      if (handling.ended) return;
      proceed(outcome);
      exits.turnEnded();
    };
  }
  // From here on there are turns in which the engine may give the request up.
  handling.request.handling = handling;
  Promise.resolve(promise).then(
    settled((value) => advance(handling, stage + 1, value, exits)),
    settled((error) => fail(handling, stage, error, exits)),
  );
}

/** Comes first, so that nothing of the arguments is looked at for somebody who may not call. */
function authorizeStage(authorization: Authorization): Stage {
  return {
    run: (handling) => authorization.check(handling),
    failed: (error) => ({ kind: 'refused', reason: 'permission-denied', error: RpcError.from(error) }),
  };
}

/** Decodes, and checks the delivery and the streams: all are refused alike, and each stage has its price. */
function decodeStage({ service, property, delivery, stream }: MethodContract): Stage {
  const answers = answersMany(stream);
  const takes = takesMany(stream);
  return {
    run: (handling) => {
      const { request, source } = handling;
      if ((request.stream?.answers ?? false) !== answers || (request.stream?.takes ?? false) !== takes) {
        const message = `${service}.${property} is called ${describeStreams(request.stream)}, and served ${describeStreams({ answers, takes })}. Declare the same streams on both sides.`;
        throw new RpcError('FAILED_PRECONDITION', message, { details: { stream: stream ?? 'none' } });
      }
      // A call that may run again must not reach a method that may not. Wires without delivery send all as best effort.
      if (request.delivery === 'idempotent' && delivery !== 'idempotent') {
        const message = `${service}.${property} is called as idempotent, and served as ${delivery}. Declare the same delivery on both sides.`;
        throw new RpcError('FAILED_PRECONDITION', message);
      }
      const args = decodeJoined(source.codec, request.args, request.argsRest);
      if (!Array.isArray(args)) throw new RpcError('INVALID_ARGUMENT', 'The arguments are not an array.');
      readMetadata(handling);
      return args as unknown[];
    },
    failed: (error) => ({ kind: 'refused', reason: 'malformed-args', error: undecodable(error) }),
  };
}

/** Those who trace a request have read it already. */
function readMetadata(handling: Handling): void {
  const { request, source } = handling;
  if (request.metadata === undefined || handling.metadata !== NO_METADATA) return;
  handling.metadata = checkMetadata(source.codec.decode(request.metadata));
}

function guardStage(guard: Guard): Stage {
  return {
    run: (_handling, args) => guard(args as unknown[]),
    failed: refusedArguments,
  };
}

function runStage({ property }: MethodContract, handlers: Implementation): Stage {
  const invoke = (args: unknown[]): unknown => handlers[property]!(...args);
  return {
    run: (handling, args) => {
      handling.running = true;
      return runInContext(handling, invoke, args as unknown[]);
    },
    failed: failedAfter,
  };
}

function resultGuardStage(guard: ResultGuard): Stage {
  return {
    run: (_handling, result) => guard(result),
    failed: failedAfter,
  };
}

function replyStage(contract: MethodContract): Stage {
  return {
    run: (handling, result) => {
      if (isAsyncIterable(result)) throw new UndeclaredStream(contract);
      const { source, request } = handling;
      const payload = source.codec.encode(result);
      handling.answerBytes = payload.length;
      return source.replier.respond(request, payload);
    },
    // The handler did its work; that the result cannot be sent is this side's fault, whatever the codec calls it.
    failed: (error, handling) => failedAfter(unsendable(error), handling),
  };
}

/** The text of an error that is not ours stays here. */
function undecodable(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  return new RpcError(
    'INVALID_ARGUMENT',
    'The arguments cannot be decoded. Both sides need the same codec and extension types.',
    { cause: error },
  );
}

function unsendable(error: unknown): unknown {
  // What has to be changed here is for the log of this side alone.
  if (hasInstance(error, UndeclaredStream)) return error;
  const why = RpcError.from(error).message;
  return new RpcError('INTERNAL', `The result cannot be sent: ${why}`, { executed: 'yes', cause: error });
}
