/** Guards of arrays, tuples and argument lists. */
import { makeGuard, type Guard, type GuardParts, type GuardSource } from './guard.js';
import { REFUSED, type Run } from './run.js';

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

/** A guard of `T[]`. */
export function array<T>(element: Guard<T>): Guard<T[]> {
  const { check } = element['~guard'];
  return makeGuard<T[]>({
    expected: 'an array',
    couldBe: Array.isArray,
    check: (value, run) => {
      if (!Array.isArray(value)) return run.refuse('an array', value);
      return run.inside(() => collect(value.length, run, (index) => run.at(index, check, value[index])));
    },
  });
}

/**
 * A guard of a tuple. An optional element also takes null, as which `undefined` arrives, and gives `undefined`; elements
 * at the end that take `undefined` may be missing.
 */
export function tuple<const E extends readonly Element[]>(elements: E): Guard<TupleOf<E>> {
  return makeGuard<TupleOf<E>>(tupleSource(elements));
}

/** A guard of the arguments of a method, as one array: a tuple that messages call `args`. */
export function args<const E extends readonly Element[]>(parameters: E): Guard<TupleOf<E>> {
  return makeGuard<TupleOf<E>>(tupleSource(parameters), 'args');
}

interface Slot {
  readonly parts: GuardParts;
  readonly optional: boolean;
}

function tupleSource(elements: readonly Element[]): GuardSource {
  const shape = new TupleShape(elements);
  return {
    expected: () => `an array of ${shape.lengthText()}`,
    couldBe: (value) => Array.isArray(value) && shape.takesLength(value.length),
    check: (value, run) => {
      if (!Array.isArray(value)) return run.refuse('an array', value);
      return run.inside(() => shape.check(value, run));
    },
  };
}

/** The places before any number of elements, those, and the places after them. */
class TupleShape {
  readonly #before: readonly Slot[];
  readonly #rest: Slot | undefined;
  readonly #after: readonly Slot[];

  constructor(elements: readonly Element[]) {
    const at = elements.findIndex((element) => 'kind' in element && element.kind === 'rest');
    const slots = elements.map(slotOf);
    this.#before = at < 0 ? slots : slots.slice(0, at);
    this.#rest = slots[at];
    this.#after = at < 0 ? [] : slots.slice(at + 1);
  }

  get #places(): number {
    return this.#before.length + this.#after.length;
  }

  /** The least length: trailing places that take `undefined` may be missing, for it is not sent there. */
  #least(): number {
    if (this.#rest !== undefined && this.#after.length > 0) return this.#places;
    return this.#before.findLastIndex(({ optional, parts }) => !optional && !parts.couldBe(undefined)) + 1;
  }

  takesLength(length: number): boolean {
    return length >= this.#least() && (this.#rest !== undefined || length <= this.#places);
  }

  lengthText(): string {
    const least = this.#least();
    if (this.#rest !== undefined) return `at least ${elementCount(least)}`;
    return least === this.#places ? elementCount(least) : `${least} to ${elementCount(this.#places)}`;
  }

  check(value: readonly unknown[], run: Run): unknown {
    const { length } = value;
    if (this.#rest === undefined && length > this.#places)
      return run.refuseFor(() => `expected ${this.lengthText()}, got ${length}`);
    const total = Math.max(length, this.#places);
    const accepted = collect(total, run, (index) => {
      const slot = this.#slotAt(index, total);
      return run.at(index, (element) => checkSlot(slot, element, run), value[index]);
    });
    // A handler that counts its arguments counts those that came.
    if (accepted !== REFUSED) (accepted as unknown[]).length = length;
    return accepted;
  }

  #slotAt(index: number, total: number): Slot {
    const fromEnd = index - (total - this.#after.length);
    return this.#before[index] ?? this.#after[fromEnd] ?? this.#rest!;
  }
}

function checkSlot({ parts, optional }: Slot, element: unknown, run: Run): unknown {
  if (!optional) return parts.check(element, run);
  if (element === undefined) return undefined;
  // Null may be a value of the type, and otherwise is what `undefined` before another element arrives as.
  if (element === null) return parts.couldBe(null) ? parts.check(null, run) : undefined;
  return parts.check(element, run);
}

function slotOf(element: Element): Slot {
  if (!('kind' in element)) return { parts: element['~guard'], optional: false };
  return { parts: element.guard['~guard'], optional: element.kind === 'optional' };
}

function elementCount(count: number): string {
  return count === 1 ? '1 element' : `${count} elements`;
}

/** A new array of what a check gives for each place, or {@link REFUSED} if one was refused. */
function collect(length: number, run: Run, check: (index: number) => unknown): unknown {
  const accepted: unknown[] = [];
  let refused = false;
  for (let index = 0; index < length; index += 1) {
    const element = check(index);
    if (element !== REFUSED) accepted.push(element);
    else if (run.isDone) return REFUSED;
    else refused = true;
  }
  return refused ? REFUSED : accepted;
}
