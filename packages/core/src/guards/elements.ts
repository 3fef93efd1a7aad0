/** What may stand in a tuple, in a list of arguments, or as a property. */
import type { Guard } from './guard.js';

/** An element that may be left out, or a property: made by {@link optional}. */
export interface Optional<T = unknown> {
  /** Tells it from a guard. */
  readonly kind: 'optional';
  readonly guard: Guard<T>;
}

/** Any number of elements: made by {@link rest}. */
export interface Rest<T = unknown> {
  /** Tells it from a guard. */
  readonly kind: 'rest';
  readonly guard: Guard<T>;
}

/** A place of a tuple. */
export type Element = Guard | Optional | Rest;

/** The type of a tuple, from its elements. */
export type TupleOf<E extends readonly Element[]> = E extends readonly [infer First, ...infer Others extends Element[]]
  ? [...ElementOf<First>, ...TupleOf<Others>]
  : [];

/** The part of a tuple's type that one element makes. */
export type ElementOf<E> =
  E extends Rest<infer T> ? T[] : E extends Optional<infer T> ? [T?] : E extends Guard<infer T> ? [T] : never;

/** Marks an element, a parameter or a property that may be left out. */
export function optional<T>(guard: Guard<T>): Optional<T> {
  return { kind: 'optional', guard };
}

/** Marks what stands for any number of elements, also none. */
export function rest<T>(guard: Guard<T>): Rest<T> {
  return { kind: 'rest', guard };
}
