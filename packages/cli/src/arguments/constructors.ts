/** Values that are written as JavaScript makes them, such as `Map([[1, 'a']])`, with `new` or without. */

type Make = (...args: never[]) => unknown;

const made =
  (Class: new (...args: never[]) => unknown): Make =>
  (...args) =>
    new Class(...args);

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
const ARRAYS = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];
const CLASSES: readonly (new (...args: never[]) => unknown)[] = [Map, Set, URL, RegExp, Date, ...ERRORS, ...ARRAYS];

const CONSTRUCTORS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...CLASSES.map((Class) => [Class.name, made(Class)] as const),
  ['ArrayBuffer', (bytes: Uint8Array) => Uint8Array.from(bytes).buffer],
]);

/** The names before a bracket that are a value. */
export const CONSTRUCTOR_NAMES = [...CONSTRUCTORS.keys()];

/** @throws SyntaxError if the arguments are not those of the class */
export function construct(name: string, args: readonly unknown[]): unknown {
  try {
    return CONSTRUCTORS.get(name)!(...(args as never[]));
  } catch (error) {
    throw new SyntaxError(`${name}(…): ${(error as Error).message}`, { cause: error });
  }
}
