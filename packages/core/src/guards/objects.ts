/** Guards of objects and records. */
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

/** The keys that an index signature speaks of: a guard takes those that follow a pattern. */
export type IndexKey = 'string' | 'number' | Guard<string>;

/** A guard of an object that has an index signature: made by {@link record} and its like. */
export interface RecordGuard<V = unknown> extends Guard<Record<string, V>> {
  /** Which keys it speaks of, and the guard of what is there. */
  readonly index: { readonly key: IndexKey; readonly value: Guard<V> };
}

/** Names by which a prototype can be reached. Nobody checks what is under a key that no type speaks of. */
const REACHES_PROTOTYPE = new Set(['constructor', 'prototype']);

/**
 * A guard of an object type. As in TypeScript, properties that the type does not name are let through, and kept: do not
 * copy them unseen into other objects. `__proto__` is refused always; `constructor` and `prototype` are where the type does
 * not name them. Gives a new object.
 */
export function object<P extends Properties>(properties: P): Guard<ObjectOf<P>>;
/** The same for a type with index signatures. @param records What is under all other keys. */
export function object<P extends Properties, V>(
  properties: P,
  ...records: readonly RecordGuard<V>[]
): Guard<ObjectOf<P> & Record<string, V>>;
export function object(properties: Properties, ...records: readonly RecordGuard[]): Guard<Record<string, unknown>> {
  return objectGuard(
    properties,
    records.map(({ index }) => index),
  );
}

/** A guard of `Record<string, V>`, or of any other object with an index signature for strings. */
export function record<V>(value: Guard<V>): RecordGuard<V> {
  return recordGuard({ key: 'string', value });
}

/** A guard of `Record<number, V>`: as in TypeScript, keys that are no numbers may have any value. */
export function numericRecord<V>(value: Guard<V>): RecordGuard<V> {
  return recordGuard({ key: 'number', value });
}

/** A guard of an object with an index signature for keys of a pattern: other keys may have any value. */
export function patternRecord<V>(key: Guard<string>, value: Guard<V>): RecordGuard<V> {
  return recordGuard({ key, value });
}

function recordGuard<V>(index: RecordGuard<V>['index']): RecordGuard<V> {
  return { ...objectGuard<Record<string, V>>({}, [index]), index };
}

interface Slot {
  readonly parts: GuardParts;
  readonly optional: boolean;
}

function objectGuard<T>(properties: Properties, indexes: readonly RecordGuard['index'][]): Guard<T> {
  const shape = new ObjectShape(properties, indexes);
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
  readonly #indexes: readonly RecordGuard['index'][];
  /** The properties that are literals: they tell the members of a union apart. */
  readonly #marks: readonly (readonly [string, Slot])[];

  constructor(properties: Properties, indexes: readonly RecordGuard['index'][]) {
    this.#slots = new Map(Object.entries(properties).map(([name, property]) => [name, slotOf(property)]));
    this.#indexes = indexes;
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

  /** A key may be spoken of by several index signatures, of which each has to take what is there. */
  #other(name: string, value: unknown, run: Run): unknown {
    let accepted = value;
    let isKnown = false;
    for (const { key, value: guard } of this.#indexes) {
      if (!speaksOf(key, name)) continue;
      isKnown = true;
      accepted = guard['~guard'].check(accepted, run);
      if (accepted === REFUSED) return REFUSED;
    }
    if (!isKnown && REACHES_PROTOTYPE.has(name)) return refuseName(run);
    return accepted;
  }
}

function speaksOf(key: IndexKey, name: string): boolean {
  if (key === 'string') return true;
  return key === 'number' ? isNumeric(name) : key['~guard'].couldBe(name);
}

export function refuseName(run: Run): typeof REFUSED {
  return run.refuseFor(() => 'expected no property of this name');
}

export function refuseAccessor(run: Run): typeof REFUSED {
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
export const ACCESSOR = Symbol('accessor');

export function ownValue(object: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property === undefined) return undefined;
  return 'value' in property ? property.value : ACCESSOR;
}
