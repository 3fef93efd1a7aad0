/** Guards of what has no parts. */
import { makeGuard, type Guard } from './guard.js';
import { ANY_KIND, ANYTHING, Kind, lookOf } from './looks.js';
import { REFUSED } from './refused.js';
import { alternatives, describe, describeValue, literalText } from './words.js';

/** A guard of what a look tells, and nothing is made of. @param kinds Of the values that may fit. */
export function leaf<T>(expected: string, kinds: number, fits: (value: unknown) => boolean): Guard<T> {
  return makeGuard<T>({
    expected,
    check: (value, run) => (fits(value) ? value : run.refuse(expected, value)),
    look: () => lookOf(kinds),
  });
}

/** A guard of `string`. */
export function string(): Guard<string> {
  return leaf('a string', Kind.string, (value) => typeof value === 'string');
}

/** A guard of `number`: `NaN` and the infinities are numbers. */
export function number(): Guard<number> {
  return leaf('a number', Kind.number, (value) => typeof value === 'number');
}

/** A guard of `boolean`. */
export function boolean(): Guard<boolean> {
  return leaf('a boolean', Kind.boolean, (value) => typeof value === 'boolean');
}

/** A guard of `bigint`. Where small ones arrive as numbers, a whole number is taken, and a bigint is given. */
export function bigint(): Guard<bigint> {
  return makeGuard<bigint>({
    expected: 'a bigint',
    check: (value, run) => {
      if (typeof value === 'bigint') return value;
      return Number.isSafeInteger(value) && !run.exact ? BigInt(value as number) : run.refuse('a bigint', value);
    },
    look: () => lookOf(Kind.bigint | Kind.number),
    converts: () => true,
  });
}

/** A guard of `null`. */
export function nil(): Guard<null> {
  return makeGuard<null>({
    expected: 'null',
    check: (value, run) => (value === null ? null : run.refuse('null', value)),
    look: () => lookOf(Kind.null),
    units: () => new Set([null]),
  });
}

/** A guard of `undefined`. Where it arrives as null, that is taken, too. */
export function absent(): Guard<undefined> {
  return makeGuard<undefined>({
    expected: 'nothing',
    check: (value, run) => {
      if (value === undefined || (value === null && !run.exact)) return undefined;
      return run.refuse('nothing', value);
    },
    look: () => lookOf(Kind.undefined | Kind.null),
    units: () => new Set([undefined]),
    converts: () => true,
  });
}

/** The guard of a result of type `void`: whatever a method gives back although it says that it does not, stays here. */
export function nothing(): Guard<undefined> {
  return makeGuard<undefined>({
    expected: 'nothing',
    check: (value, run) => (run.exact && value !== undefined ? REFUSED : undefined),
    converts: () => true,
  });
}

/** A guard of `unknown`: anything passes. */
export function unknown(): Guard {
  return leaf('anything', ANY_KIND, () => true);
}

/** A guard of `never`: nothing passes. */
export function never(): Guard<never> {
  return leaf('no value at all', 0, () => false);
}

/** A guard of `object`: of anything that is no primitive. What is in it is not looked at. */
export function anyObject(): Guard<object> {
  const primitives = Kind.undefined | Kind.null | Kind.boolean | Kind.number | Kind.string | Kind.bigint;
  return leaf('an object', ANY_KIND & ~primitives, (value) => typeof value === 'object' && value !== null);
}

/** A guard of `{}`: of anything but null and undefined. What is in it is not looked at. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- this is the type that is meant
export function nonNullish(): Guard<{}> {
  return leaf(
    'a value',
    ANYTHING.kinds & ~(Kind.undefined | Kind.null),
    (value) => value !== undefined && value !== null,
  );
}

/** A guard of one value. A bigint that has arrived as a number is given as a bigint. */
export function literal<const T extends string | number | boolean | bigint>(expected: T): Guard<T> {
  const values = new Set<unknown>([expected]);
  if (typeof expected === 'bigint' && Number.isSafeInteger(Number(expected))) values.add(Number(expected));
  return makeGuard<T>({
    expected: literalText(expected),
    check: (value, run) => {
      if (value === expected || (typeof expected === 'bigint' && !run.exact && values.has(value))) return expected;
      return run.refuseFor(() => `expected ${literalText(expected)}, got ${near(value, values)}`);
    },
    look: () => ({ kinds: 0, values }),
    units: () => new Set([expected]),
    converts: () => typeof expected === 'bigint',
  });
}

/** A guard of an enum: of the values of its members. */
export function enumeration<const T extends string | number>(name: string, values: readonly T[]): Guard<T> {
  const known = new Set<unknown>(values);
  const expected = (): string => `${name} (${alternatives(values.map(literalText))})`;
  return makeGuard<T>({
    expected,
    check: (value, run) =>
      known.has(value) ? value : run.refuseFor(() => `expected ${expected()}, got ${near(value, known)}`),
    look: () => ({ kinds: 0, values: known }),
    units: () => known,
  });
}

/** Which value it is tells something only beside others of its type. */
function near(value: unknown, values: ReadonlySet<unknown>): string {
  const isNear = [...values].some((other) => typeof other === typeof value);
  return isNear ? describeValue(value) : describe(value);
}
