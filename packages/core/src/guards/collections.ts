/** Guards of maps and sets. */
import { types } from 'node:util';
import { makeGuard, type Guard, type GuardParts } from './guard.js';
import { Kind, lookOf } from './looks.js';
import { ACCESSOR, ownValue, refuseAccessor } from './properties.js';
import { REFUSED } from './refused.js';
import type { Run } from './run.js';
import { isPlain } from './words.js';

/**
 * A guard of `Map<K, V>`. Where one whose keys are all strings arrives as an object, that is taken, too, and a `Map` is given.
 */
export function map<K, V>(key: Guard<K>, value: Guard<V>): Guard<Map<K, V>> {
  const [keyParts, valueParts] = [key['~guard'], value['~guard']];
  const look = (candidate: object, run: Run): unknown => checkEntries(candidate, keyParts, valueParts, run);
  return makeGuard<Map<K, V>>({
    expected: 'a Map',
    check: (candidate, run) => {
      const isTaken = types.isMap(candidate) || (isPlain(candidate) && !run.exact);
      return isTaken ? run.inside(look, candidate, look) : run.refuse('a Map', candidate);
    },
    look: () => lookOf(Kind.map | Kind.object),
    inside: () => [keyParts, valueParts],
    converts: () => true,
  });
}

function entriesOf(value: object): Iterable<readonly [unknown, unknown]> {
  // Those of the class itself, whatever a subclass says.
  if (types.isMap(value)) return Map.prototype.entries.call(value) as Iterable<readonly [unknown, unknown]>;
  return Object.keys(value).map((name) => [name, ownValue(value, name)]);
}

function checkEntries(candidate: object, keyParts: GuardParts, valueParts: GuardParts, run: Run): unknown {
  const accepted = new Map<unknown, unknown>();
  let count = 0;
  let refused = false;
  let isSame = types.isMap(candidate);
  for (const [key, value] of entriesOf(candidate)) {
    const before = run.count;
    const acceptedKey = checkKey(key, keyParts, run);
    const acceptedValue = acceptedKey === REFUSED ? REFUSED : checkValue(value, valueParts, run);
    if (acceptedValue === REFUSED) {
      refused = true;
      if (run.locate(typeof key === 'string' || typeof key === 'number' ? key : count, before)) break;
    }
    accepted.set(acceptedKey, acceptedValue);
    isSame &&= Object.is(acceptedKey, key) && Object.is(acceptedValue, value);
    count += 1;
  }
  run.spend(count + 1);
  if (refused) return REFUSED;
  if (accepted.size < count) return run.refuseFor(() => 'expected keys that differ');
  return isSame ? candidate : accepted;
}

function checkValue(value: unknown, parts: GuardParts, run: Run): unknown {
  return value === ACCESSOR ? refuseAccessor(run) : parts.check(value, run);
}

function checkKey(key: unknown, parts: GuardParts, run: Run): unknown {
  const accepted = run.try(parts.check, key);
  return accepted === REFUSED ? run.refuse(() => `a key that is ${parts.expected()}`, key) : accepted;
}

/** A guard of `Set<T>`. Where sets cannot travel, arrays do, so those are taken, too, and a `Set` is given. */
export function set<T>(element: Guard<T>): Guard<Set<T>> {
  const parts = element['~guard'];
  const look = (candidate: object, run: Run): unknown => checkElements(candidate, parts, run);
  return makeGuard<Set<T>>({
    expected: 'a Set',
    check: (candidate, run) => {
      const isTaken = types.isSet(candidate) || (Array.isArray(candidate) && !run.exact);
      return isTaken ? run.inside(look, candidate, look) : run.refuse('a Set', candidate);
    },
    look: () => lookOf(Kind.set | Kind.array),
    inside: () => [parts],
    converts: () => true,
  });
}

function elementsOf(value: object): Iterable<unknown> {
  return types.isSet(value) ? Set.prototype.values.call(value) : Array.prototype.values.call(value);
}

function checkElements(candidate: object, { check }: GuardParts, run: Run): unknown {
  const accepted = new Set<unknown>();
  let count = 0;
  let refused = false;
  let isSame = types.isSet(candidate);
  for (const element of elementsOf(candidate)) {
    const before = run.count;
    const result = check(element, run);
    if (result === REFUSED) {
      refused = true;
      if (run.locate(count, before)) break;
    }
    accepted.add(result);
    isSame &&= Object.is(result, element);
    count += 1;
  }
  run.spend(count + 1);
  if (refused) return REFUSED;
  if (accepted.size < count) return run.refuseFor(() => 'expected elements that differ');
  return isSame ? candidate : accepted;
}
