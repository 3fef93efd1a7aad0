/** Guards of objects and records. */
import type { Optional } from './elements.js';
import { makeGuard, type Guard } from './guard.js';
import { Kind, lookOf } from './looks.js';
import type { Run } from './run.js';
import { ObjectShape, type IndexKey, type Properties } from './shape.js';
import { isPlain } from './words.js';

/** The type of an object, from its properties. */
export type ObjectOf<P extends Properties> = {
  -readonly [K in keyof P as P[K] extends Optional ? never : K]: P[K] extends Guard<infer T> ? T : never;
} & {
  -readonly [K in keyof P as P[K] extends Optional ? K : never]?: P[K] extends Optional<infer T> ? T : never;
};

/** What several index signatures say together. */
export type RecordsOf<R extends readonly unknown[]> = R extends readonly [Guard<infer T>, ...infer Others]
  ? T & RecordsOf<Others>
  : unknown;

/** A guard of an object that has an index signature: made by {@link record} and its like. */
export interface RecordGuard<V = unknown> extends Guard<Record<string, V>> {
  /** Which keys it speaks of, and the guard of what is there. */
  readonly index: { readonly key: IndexKey; readonly value: Guard<V> };
}

/**
 * A guard of an object type. As in TypeScript, properties that the type does not name are let through, and kept: do not
 * copy them unseen into other objects. `__proto__` is refused always; `constructor` and `prototype` are where the type does
 * not name them.
 */
export function object<P extends Properties>(properties: P): Guard<ObjectOf<P>>;
/** The same for a type with index signatures. @param records What is under all other keys. */
export function object<P extends Properties, R extends readonly RecordGuard[]>(
  properties: P,
  ...records: R
): Guard<ObjectOf<P> & RecordsOf<R>>;
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

function objectGuard<T>(properties: Properties, indexes: readonly RecordGuard['index'][]): Guard<T> {
  const shape = new ObjectShape(properties, indexes);
  const look = (value: Readonly<Record<string, unknown>>, run: Run): unknown => shape.check(value, run);
  return makeGuard<T>({
    expected: () => shape.expected,
    check: (value, run) => (isPlain(value) ? run.inside(look, value, look) : run.refuse(() => shape.expected, value)),
    look: () => lookOf(Kind.object),
    fields: () => shape.fields,
    inside: () => shape.parts,
  });
}
