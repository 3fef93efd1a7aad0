/** The way of a request with streams: up to its handler as any other, and then value by value. */
import { runInContext } from '../context.js';
import type { StreamDirections } from '../engine/engine.js';
import { inspectOption } from '../inspect-option.js';
import type { MethodContract } from '../service/contract.js';
import { itemGuardsFor, type ItemGuards } from '../service/item-guards.js';
import { takesMany } from '../shape.js';
import { isSource, iteratorOf } from '../stream.js';
import { isThenable } from '../thenable.js';
import { HandledStream } from './handled-stream.js';
import type { Implementation, Stage } from './handling.js';
import { failedAfter, streamOf } from './stage-parts.js';

/** Comes first, for items may come while a later stage takes its time. */
export function attachStage(contract: MethodContract): Stage {
  const guards: ItemGuards = itemGuardsFor(contract);
  return {
    run: (handling) => {
      const { request, source } = handling;
      if (request.stream !== undefined && source.streams !== undefined)
        request.stream.handling = new HandledStream(handling, request.stream, guards);
    },
    failed: failedAfter,
  };
}

/** Runs a handler with what its caller streams, where it takes that. */
export function openStage({ property, stream: sides }: MethodContract, handlers: Implementation): Stage {
  const takes = takesMany(sides);
  const invoke = (args: unknown[]): unknown => handlers[property]!(...args);
  return {
    run: (handling, args) => {
      const stream = streamOf(handling);
      handling.running = true;
      const given = takes ? [...(args as unknown[]), stream.reader] : (args as unknown[]);
      const outcome = runInContext(handling, invoke, given);
      return isThenable(outcome) ? stream.until(outcome) : outcome;
    },
    failed: failedAfter,
  };
}

/** Answers with the values of what a handler gave. */
export function answerStage(contract: MethodContract): Stage {
  return {
    run: (handling, source) => {
      if (!isSource(source)) throw new TypeError(noStream(contract, source));
      handling.running = true;
      return streamOf(handling).answerWith(iteratorOf(source));
    },
    failed: failedAfter,
  };
}

function noStream({ service, property, stream }: MethodContract, given: unknown): string {
  const instead = stream === 'both' ? "stream: 'client'" : 'no stream';
  return (
    `${service}.${property} is declared to answer with a stream and gave ${inspectOption(given)}. Return an async iterable, or ` +
    `write ${instead} in @RpcMethod() or defineService().`
  );
}

/** What a handler gave that had not said so: for the log of its own side alone. */
export class UndeclaredStream extends TypeError {
  constructor({ service, property, stream }: MethodContract) {
    const option = takesMany(stream) ? "stream: 'both'" : 'stream: true';
    super(
      `${service}.${property} gave an async iterable and does not say that it answers with a stream. Write ` +
        `@RpcMethod({ ${option} }), or the same in defineService(). Async generators need it where a compiler makes plain ` +
        'functions of them.',
    );
  }
}

/** As in "is called with an answer that is a stream". */
export function describeStreams(streams: Partial<StreamDirections> = {}): string {
  const { answers = false, takes = false } = streams;
  if (answers && takes) return 'with streams both ways';
  if (answers) return 'with a stream for an answer';
  return takes ? 'with a stream after its arguments' : 'without streams';
}
