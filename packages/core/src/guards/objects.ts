/** Guards of objects, records and maps. */
import type { Optional } from './arrays.js';
import { makeGuard, type Guard, type GuardParts } from './guard.js';
import { REFUSED, type Run } from './run.js';
import { isPlain } from './words.js';

/** The properties of an object, as {@link object} takes them. */
export type Properties = Readonly<Record<string, Guard | Optional>>;

/** The type of an object, from its properties. */
export type ObjectOf<P extends Properties> = {
  -readonly [K in keyof P as P[K] extends Optional ? never : K]: P[K] extends Guard<infer T> ? T : never;
} & {
  -readonly [K in keyof P as P[K] extends Optional ? K : never]?: P[K] extends Optional<infer T> ? T : never;
};

/** A guard of an object whose properties are all of one type: made by {@link record} or {@link numericRecord}. */
export interface RecordGuard<V = unknown> extends Guard<Record<string, V>> {
  /** Which keys it speaks of, and the guard of what is there. */
  readonly index: { readonly key: 'string' | 'number'; readonly value: Guard<V> };
}

/** Names by which a prototype can be reached. Nobody checks what is under a key that no type speaks of. */
const REACHES_PROTOTYPE = new Set(['constructor', 'prototype']);

/**
 * A guard of an object type. As in TypeScript, properties that the type does not name are let through, and kept: do not
 * copy them unseen into other objects. `__proto__` is refused always; `constructor` and `prototype` are where the type does
 * not name them. Gives a new object.
 */
export function object<P extends Properties>(properties: P): Guard<ObjectOf<P>>;
/** The same for a type with an index signature. @param index What is under all other keys. */
export function object<P extends Properties, V>(
  properties: P,
  index: RecordGuard<V>,
): Guard<ObjectOf<P> & Record<string, V>>;
export function object(properties: Properties, index?: RecordGuard): Guard<Record<string, unknown>> {
  return objectGuard(properties, index?.index);
}

/** A guard of `Record<string, V>`, or of any other object with an index signature for strings. */
export function record<V>(value: Guard<V>): RecordGuard<V> {
  return recordGuard({ key: 'string', value });
}

/** A guard of `Record<number, V>`: as in TypeScript, keys that are no numbers may have any value. */
export function numericRecord<V>(value: Guard<V>): RecordGuard<V> {
  return recordGuard({ key: 'number', value });
}

function recordGuard<V>(index: RecordGuard<V>['index']): RecordGuard<V> {
  return { ...objectGuard<Record<string, V>>({}, index), index };
}

interface Slot {
  readonly parts: GuardParts;
  readonly optional: boolean;
}

function objectGuard<T>(properties: Properties, index: RecordGuard['index'] | undefined): Guard<T> {
  const shape = new ObjectShape(properties, index);
  return makeGuard<T>({
    expected: () => shape.expected,
    couldBe: (value) => isPlain(value) && shape.hasMarks(value),
    check: (value, run) => {
      if (!isPlain(value)) return run.refuse(shape.expected, value);
      return run.inside(() => shape.check(value, run));
    },
  });
}

class ObjectShape {
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #index: RecordGuard['index'] | undefined;
  /** The properties that are literals: they tell the members of a union apart. */
  readonly #marks: readonly (readonly [string, Slot])[];

  constructor(properties: Properties, index: RecordGuard['index'] | undefined) {
    this.#slots = new Map(Object.entries(properties).map(([name, property]) => [name, slotOf(property)]));
    this.#index = index;
    this.#marks = [...this.#slots].filter(([, { parts, optional }]) => parts.isUnit && !optional);
  }

  get expected(): string {
    if (this.#marks.length === 0) return 'an object';
    return `an object with ${this.#marks.map(([name, { parts }]) => `${name} ${parts.expected()}`).join(', ')}`;
  }

  hasMarks(value: object): boolean {
    return this.#marks.every(([name, { parts }]) => parts.couldBe(ownValue(value, name)));
  }

  check(value: Readonly<Record<string, unknown>>, run: Run): unknown {
    const accepted: Record<string, unknown> = {};
    let refused = false;
    for (const name of [...Object.keys(value), ...this.#missing(value)]) {
      const result = run.at(name, (found) => this.#property(name, found, run), ownValue(value, name));
      if (result === REFUSED && run.isDone) return REFUSED;
      if (result === REFUSED) refused = true;
      // A property that is undefined is not there: that is how it would have been sent.
      else if (result !== undefined) accepted[name] = result;
    }
    return refused ? REFUSED : accepted;
  }

  #missing(value: object): readonly string[] {
    return [...this.#slots.keys()].filter((name) => !Object.hasOwn(value, name));
  }

  #property(name: string, value: unknown, run: Run): unknown {
    if (name === '__proto__') return refuseName(run);
    if (value === ACCESSOR) return refuseAccessor(run);
    const slot = this.#slots.get(name);
    if (slot === undefined) return this.#other(name, value, run);
    return slot.optional && value === undefined ? undefined : slot.parts.check(value, run);
  }

  #other(name: string, value: unknown, run: Run): unknown {
    const { key, value: guard } = this.#index ?? {};
    if (guard !== undefined && (key === 'string' || isNumeric(name))) return guard['~guard'].check(value, run);
    if (REACHES_PROTOTYPE.has(name)) return refuseName(run);
    return value;
  }
}

function refuseName(run: Run): typeof REFUSED {
  return run.refuseFor(() => 'expected no property of this name');
}

function refuseAccessor(run: Run): typeof REFUSED {
  return run.refuseFor(() => 'expected a value, got a getter or setter');
}

function isNumeric(name: string): boolean {
  return String(Number(name)) === name;
}

function slotOf(property: Guard | Optional): Slot {
  if (!('kind' in property)) return { parts: property['~guard'], optional: false };
  return { parts: property.guard['~guard'], optional: true };
}

/** Stands for a property that has a getter: reading it would run code. */
const ACCESSOR = Symbol('accessor');

function ownValue(object: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property === undefined) return undefined;
  return 'value' in property ? property.value : ACCESSOR;
}

/**
 * A guard of `Map<K, V>`. One whose keys are all strings arrives as an object, so that is taken too; a new `Map` is given.
 */
export function map<K, V>(key: Guard<K>, value: Guard<V>): Guard<Map<K, V>> {
  return makeGuard<Map<K, V>>({
    expected: 'a Map',
    couldBe: (candidate) => candidate instanceof Map || isPlain(candidate),
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
  if (value instanceof Map) return Map.prototype.entries.call(value) as Iterable<readonly [unknown, unknown]>;
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
