/** Guards of what has no parts. */
import { makeGuard, type Guard } from './guard.js';
import { REFUSED } from './run.js';
import { alternatives, quoted } from './words.js';

/** A guard of what a look tells, and nothing is made of. */
export function leaf<T>(expected: string, fits: (value: unknown) => boolean): Guard<T> {
  return makeGuard<T>({
    expected,
    check: (value, run) => (fits(value) ? value : run.refuse(expected, value)),
    couldBe: fits,
  });
}

/** A guard of `string`. */
export function string(): Guard<string> {
  return leaf('a string', (value) => typeof value === 'string');
}

/** A guard of `number`: `NaN` and the infinities are numbers. */
export function number(): Guard<number> {
  return leaf('a number', (value) => typeof value === 'number');
}

/** A guard of `boolean`. */
export function boolean(): Guard<boolean> {
  return leaf('a boolean', (value) => typeof value === 'boolean');
}

/** A guard of `bigint`. Small ones arrive as numbers, so a whole number is taken, and a bigint is given. */
export function bigint(): Guard<bigint> {
  const couldBe = (value: unknown): boolean => typeof value === 'bigint' || Number.isSafeInteger(value);
  return makeGuard<bigint>({
    expected: 'a bigint',
    check: (value, run) => (couldBe(value) ? BigInt(value as bigint | number) : run.refuse('a bigint', value)),
    couldBe,
    converts: true,
  });
}

/** A guard of `null`. */
export function nil(): Guard<null> {
  return leaf('null', (value) => value === null);
}

/** A guard of `undefined`, which arrives as null or not at all. */
export function absent(): Guard<undefined> {
  const couldBe = (value: unknown): boolean => value === undefined || value === null;
  return makeGuard<undefined>({
    expected: 'nothing',
    check: (value, run) => (couldBe(value) ? undefined : run.refuse('nothing', value)),
    couldBe,
    converts: true,
  });
}

/** The guard of a result of type `void`: whatever a method gives back although it says that it does not, stays here. */
export function nothing(): Guard<undefined> {
  return makeGuard<undefined>({ expected: 'nothing', check: () => undefined, couldBe: () => true, converts: true });
}

/** A guard of `unknown`: anything passes. */
export function unknown(): Guard {
  return leaf('anything', () => true);
}

/** A guard of `never`: nothing passes. */
export function never(): Guard<never> {
  return leaf('no value at all', () => false);
}

/** A guard of `object`: of anything that is no primitive. What is in it is not looked at. */
export function anyObject(): Guard<object> {
  return leaf('an object', (value) => typeof value === 'object' && value !== null);
}

/** A guard of `{}`: of anything but null and undefined. What is in it is not looked at. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- this is the type that is meant
export function nonNullish(): Guard<{}> {
  return leaf('a value', (value) => value !== undefined && value !== null);
}

/** A guard of one value. A small bigint arrives as a number, and is given as a bigint. */
export function literal<const T extends string | number | boolean | bigint>(expected: T): Guard<T> {
  const fits = (value: unknown): boolean =>
    value === expected ||
    (typeof expected === 'bigint' && Number.isSafeInteger(value) && BigInt(value as number) === expected);
  return units(literalText(expected), (value) => (fits(value) ? expected : REFUSED), typeof expected === 'bigint');
}

/** A guard of an enum: of the values of its members. */
export function enumeration<const T extends string | number>(name: string, values: readonly T[]): Guard<T> {
  const known = new Set<unknown>(values);
  const expected = `${name} (${alternatives(values.map(literalText))})`;
  return units(expected, (value) => (known.has(value) ? value : REFUSED), false);
}

/** A guard that tells values apart: what it accepts is decided at a look. */
function units<T>(expected: string, accept: (value: unknown) => unknown, converts: boolean): Guard<T> {
  const couldBe = (value: unknown): boolean => accept(value) !== REFUSED;
  return makeGuard<T>({
    expected,
    check: (value, run) => (couldBe(value) ? accept(value) : run.refuse(expected, value)),
    couldBe,
    converts,
    isUnit: true,
  });
}

function literalText(value: string | number | boolean | bigint): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'string' ? quoted(value) : String(value);
}
