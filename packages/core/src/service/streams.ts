/** Whose values follow each other in a method, as far as its declaration and its function tell. */
import { types } from 'node:util';
import { inspectOption } from '../inspect-option.js';
import { answersMany, type StreamSides } from '../shape.js';
import type { AnyMethod } from './metadata.js';
import type { RpcMethodOptions } from './method-options.js';
import { invalidService } from './names.js';

/**
 * @param method Tells by itself that it answers with many values, if it is an `async *` one. Compilers for targets before
 * ES2018 make a function of it that tells nothing.
 */
export function streamSides({ stream }: RpcMethodOptions, method?: AnyMethod | null): StreamSides | undefined {
  if (stream === true) return 'server';
  if (stream === undefined) return isAsyncGenerator(method) ? 'server' : undefined;
  return stream === false ? undefined : stream;
}

/** Checks what the options say of streams, all of them together. @throws RpcError `INVALID_SERVICE` */
export function checkStreams(options: RpcMethodOptions, method: AnyMethod | undefined, where: string): void {
  const { stream, oneWay, items } = options;
  const sides = streamSides(options, method);
  if (isAsyncGenerator(method) && !answersMany(sides))
    throw invalidService(
      `${where}: an async * method answers with many values, and stream: ${inspectOption(stream)} says that it does not. ` +
        "Leave stream out, or say 'both' if its last parameter is a stream, too.",
    );
  if (sides !== undefined && oneWay === true)
    throw invalidService(`${where}: a stream has an answer, which says how it ended. Leave out oneWay.`);
  if (sides === undefined && items !== undefined)
    throw invalidService(
      `${where}: items validates the values of a stream, and the method has none. Say whose values follow each other: ` +
        "stream: true, 'client' or 'both'.",
    );
}

function isAsyncGenerator(method: AnyMethod | null | undefined): boolean {
  return types.isGeneratorFunction(method) && types.isAsyncFunction(method);
}
