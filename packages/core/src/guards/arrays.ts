/** Guards of arrays, tuples and argument lists. */
import type { Element, TupleOf } from './elements.js';
import { makeGuard, type Guard, type GuardSource } from './guard.js';
import { Kind, lookOf } from './looks.js';
import { REFUSED } from './refused.js';
import type { Check, Run } from './run.js';
import { copyWith, orAbsent, TupleShape } from './tuples.js';

/** A guard of `T[]`. */
export function array<T>(element: Guard<T>): Guard<T[]> {
  const parts = element['~guard'];
  const look = (value: readonly unknown[], run: Run): unknown => checkElements(value, parts.check, run);
  return makeGuard<T[]>({
    expected: 'an array',
    check: (value, run) => (Array.isArray(value) ? run.inside(look, value, look) : run.refuse('an array', value)),
    look: () => lookOf(Kind.array),
    inside: () => [parts],
    // An array may be empty, so its first element tells something only if it is there.
    fields: () => ({ kind: Kind.array, names: ['0'], look: () => orAbsent(parts.look()) }),
  });
}

/**
 * A guard of a tuple. An optional element also takes null, as which `undefined` arrives, and gives `undefined`.
 */
export function tuple<const E extends readonly Element[]>(elements: E): Guard<TupleOf<E>> {
  return makeGuard<TupleOf<E>>(tupleSource(elements, false));
}

/**
 * A guard of the arguments of a method, as one array: a tuple that messages call `args`. Those at the end that take
 * `undefined` may be missing, for it is not sent there.
 */
export function args<const E extends readonly Element[]>(parameters: E): Guard<TupleOf<E>> {
  return makeGuard<TupleOf<E>>(tupleSource(parameters, true), 'args');
}

function tupleSource(elements: readonly Element[], areArguments: boolean): GuardSource {
  const shape = new TupleShape(elements, areArguments);
  const look = (value: readonly unknown[], run: Run): unknown => shape.check(value, run);
  return {
    expected: () => `an array of ${shape.lengthText()}`,
    check: (value, run) => (Array.isArray(value) ? run.inside(look, value, look) : run.refuse('an array', value)),
    look: () => lookOf(Kind.array),
    inside: () => shape.parts,
    fields: () => shape.fields(),
  };
}

/** What an array gives for each of its elements: itself if that is what came. */
function checkElements(value: readonly unknown[], check: Check, run: Run): unknown {
  let copy: unknown[] | undefined;
  let refused = false;
  let index = 0;
  for (; index < value.length; index += 1) {
    const before = run.count;
    const element = value[index];
    const result = check(element, run);
    if (result === REFUSED) {
      refused = true;
      if (run.locate(index, before)) break;
    } else if (copy !== undefined) copy.push(result);
    else if (!Object.is(result, element)) copy = copyWith(value, index, result);
  }
  run.spend(index + 1);
  return refused ? REFUSED : (copy ?? value);
}
