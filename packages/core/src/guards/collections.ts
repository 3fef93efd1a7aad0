/** Guards of maps and sets. */
import { types } from 'node:util';
import { makeGuard, type Guard, type GuardParts } from './guard.js';
import { ACCESSOR, ownValue, refuseAccessor, refuseName } from './objects.js';
import { REFUSED, type Run } from './run.js';
import { isPlain } from './words.js';

/**
 * A guard of `Map<K, V>`. One whose keys are all strings arrives as an object, so that is taken too; a new `Map` is given.
 */
export function map<K, V>(key: Guard<K>, value: Guard<V>): Guard<Map<K, V>> {
  return makeGuard<Map<K, V>>({
    expected: 'a Map',
    couldBe: (candidate) => types.isMap(candidate) || isPlain(candidate),
    converts: true,
    check: (candidate, run) => {
      const entries = entriesOf(candidate);
      if (entries === undefined) return run.refuse('a Map', candidate);
      return run.inside(() => checkEntries(entries, key['~guard'], value['~guard'], run));
    },
  });
}

function entriesOf(value: unknown): Iterable<readonly [unknown, unknown]> | undefined {
  // Those of the class itself, whatever a subclass says.
  if (types.isMap(value)) return Map.prototype.entries.call(value) as Iterable<readonly [unknown, unknown]>;
  return isPlain(value) ? Object.keys(value).map((name) => [name, ownValue(value, name)]) : undefined;
}

function checkEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  keyParts: GuardParts,
  valueParts: GuardParts,
  run: Run,
): unknown {
  const accepted = new Map<unknown, unknown>();
  let count = 0;
  let refused = false;
  for (const [key, value] of entries) {
    const step = typeof key === 'string' || typeof key === 'number' ? key : count;
    const acceptedKey = run.at(step, (candidate) => checkKey(candidate, keyParts, run), key);
    const acceptedValue =
      acceptedKey === REFUSED ? REFUSED : run.at(step, (candidate) => checkValue(candidate, valueParts, run), value);
    if (acceptedValue !== REFUSED) accepted.set(acceptedKey, acceptedValue);
    else if (run.isDone) return REFUSED;
    else refused = true;
    count += 1;
  }
  if (!refused && accepted.size < count) return run.refuseFor(() => 'expected keys that differ');
  return refused ? REFUSED : accepted;
}

function checkValue(value: unknown, parts: GuardParts, run: Run): unknown {
  return value === ACCESSOR ? refuseAccessor(run) : parts.check(value, run);
}

function checkKey(key: unknown, parts: GuardParts, run: Run): unknown {
  if (key === '__proto__') return refuseName(run);
  const accepted = run.try(parts.check, key);
  return accepted === REFUSED ? run.refuse(`a key that is ${parts.expected()}`, key) : accepted;
}

/** A guard of `Set<T>`. Where sets cannot travel, arrays do, so those are taken, too; a new `Set` is given. */
export function set<T>(element: Guard<T>): Guard<Set<T>> {
  const { check } = element['~guard'];
  return makeGuard<Set<T>>({
    expected: 'a Set',
    couldBe: (candidate) => types.isSet(candidate) || Array.isArray(candidate),
    converts: true,
    check: (candidate, run) => {
      const elements = elementsOf(candidate);
      if (elements === undefined) return run.refuse('a Set', candidate);
      return run.inside(() => checkElements(elements, check, run));
    },
  });
}

function elementsOf(value: unknown): Iterable<unknown> | undefined {
  if (types.isSet(value)) return Set.prototype.values.call(value);
  return Array.isArray(value) ? Array.prototype.values.call(value) : undefined;
}

function checkElements(elements: Iterable<unknown>, check: GuardParts['check'], run: Run): unknown {
  const accepted = new Set<unknown>();
  let count = 0;
  let refused = false;
  for (const element of elements) {
    const result = run.at(count, check, element);
    if (result !== REFUSED) accepted.add(result);
    else if (run.isDone) return REFUSED;
    else refused = true;
    count += 1;
  }
  if (!refused && accepted.size < count) return run.refuseFor(() => 'expected elements that differ');
  return refused ? REFUSED : accepted;
}
