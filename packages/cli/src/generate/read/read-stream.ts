/** Values that follow each other: what a method answers with, or takes as its last argument. */
import type { ts } from 'ts-morph';
import type { MethodModel, StreamSides } from '../model.js';
import { isClassOfLanguage } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';
import type { Place, ProblemList } from './problem-list.js';
import type { WrittenOptions } from './written-options.js';
import { writtenArgument } from './written-types.js';

/** The types of the language whose first argument is that of each value. */
const STREAMS = ['AsyncIterable', 'AsyncIterableIterator', 'AsyncGenerator', 'AsyncIteratorObject', 'AsyncIterator'];

/** The type of each value of a stream; undefined if a type is that of none. */
export function streamedType(type: ts.Type, open: OpenProgram): ts.Type | undefined {
  return asyncIterator(type, open) === undefined ? undefined : valueType(type, open);
}

function valueType(type: ts.Type, open: OpenProgram): ts.Type | undefined {
  if (STREAMS.some((name) => isClassOfLanguage(type, name, open)))
    return open.checker.getTypeArguments(type as ts.TypeReference)[0];
  const method = asyncIterator(type, open);
  const iterator = method && open.checker.getTypeOfSymbol(method).getCallSignatures()[0]?.getReturnType();
  return iterator === undefined || iterator === type ? undefined : valueType(iterator, open);
}

/** `[Symbol.asyncIterator]`, which the compiler has a name of its own for. */
function asyncIterator(type: ts.Type, { checker }: OpenProgram): ts.Symbol | undefined {
  const found = checker.getPropertiesOfType(type);
  return found.find(({ escapedName }) => escapedName.toString().startsWith('__@asyncIterator'));
}

/** The type of each value as it is written. */
export function writtenValue(written: ts.TypeNode | undefined): ts.TypeNode | undefined {
  return writtenArgument(written, 0, STREAMS);
}

/** Whose values follow each other, by what the signatures say and the options confirm. */
export function streamOf(
  { signatures }: Pick<MethodModel, 'signatures'>,
  options: WrittenOptions,
  { tells, ...place }: Place & { readonly tells: boolean },
  problems: ProblemList,
): StreamSides | undefined {
  const sides = signatures[0]?.stream;
  if (signatures.some(({ stream }) => stream !== sides)) {
    problems.add(place, 'Some of its overloads have a stream where others have none. Write two methods.');
    return sides;
  }
  const written = options.get('stream');
  if (fits(written?.value, sides, tells)) return sides;
  const at = written === undefined ? place : { path: `${place.path}: stream`, node: written.node };
  problems.add(at, `${REASONS[sides ?? 'none']} ${WRITE[sides ?? 'none']}`);
  return sides;
}

/** @param tells Whether the method tells by itself that it answers with a stream. */
function fits(option: unknown, sides: StreamSides | undefined, tells: boolean): boolean {
  if (option === undefined) return sides === undefined || (sides === 'server' && tells);
  if (sides === undefined) return option === false;
  return option === sides || (option === true && sides === 'server');
}

const REASONS: Readonly<Record<StreamSides | 'none', string>> = {
  server: 'It answers with a stream, which nothing tells a running program.',
  client: 'Its last parameter is a stream, which nothing tells a running program.',
  both: 'It answers with a stream and its last parameter is one, which nothing tells a running program.',
  none: 'By its type it has no stream.',
};

const WRITE: Readonly<Record<StreamSides | 'none', string>> = {
  server: 'Write stream: true in its options.',
  client: "Write stream: 'client' in its options.",
  both: "Write stream: 'both' in its options.",
  none: 'Leave the option stream out.',
};
