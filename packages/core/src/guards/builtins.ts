/** Guards of classes of the language and of Node. They are known by their brands, for another realm has its own classes. */
import { types } from 'node:util';
import { makeGuard, type Guard } from './guard.js';
import { brandOf, isError, isUrl, typedArrayName } from './brands.js';
import { leaf } from './leaves.js';
import { Kind, lookOf } from './looks.js';

/** A guard of `Date`: an invalid one is one, too, as `NaN` is a number. */
export function date(): Guard<Date> {
  return leaf('a Date', Kind.date, (value) => types.isDate(value));
}

/** A guard of `Uint8Array`. */
export function bytes(): Guard<Uint8Array> {
  return leaf('bytes', Kind.bytes, (value) => types.isUint8Array(value));
}

/** A guard of `Buffer`. Bytes arrive as a `Uint8Array`; a `Buffer` of the same memory is given. */
export function buffer(): Guard<Buffer> {
  return makeGuard<Buffer>({
    expected: 'bytes',
    look: () => lookOf(Kind.bytes),
    converts: () => true,
    check: (value, run) => {
      if (Buffer.isBuffer(value)) return value;
      if (!types.isUint8Array(value)) return run.refuse('bytes', value);
      // Nothing arrives as a Buffer, so this is exact.
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    },
  });
}

/** A guard of `ArrayBuffer`. Where buffers cannot travel, bytes do, so those are taken, and copied into one. */
export function arrayBuffer(): Guard<ArrayBuffer> {
  return makeGuard<ArrayBuffer>({
    expected: 'an ArrayBuffer',
    look: () => lookOf(Kind.bytes | Kind.other),
    converts: () => true,
    check: (value, run) => {
      if (types.isArrayBuffer(value)) return value;
      return types.isUint8Array(value) && !run.exact
        ? new Uint8Array(value).buffer
        : run.refuse('an ArrayBuffer', value);
    },
  });
}

/** A guard of `DataView`. */
export function dataView(): Guard<DataView> {
  return leaf('a DataView', Kind.other, (value) => types.isDataView(value));
}

/** A guard of `RegExp`. */
export function regExp(): Guard<RegExp> {
  return leaf('a RegExp', Kind.other, (value) => types.isRegExp(value));
}

/** A guard of `URL`. */
export function url(): Guard<URL> {
  return leaf('a URL', Kind.other, isUrl);
}

/** Typed arrays by name. One that a compiler's library does not have yet is left out of it. */
export interface TypedArrays {
  Uint8Array: Uint8Array;
  Uint8ClampedArray: Uint8ClampedArray;
  Int8Array: Int8Array;
  Int16Array: Int16Array;
  Uint16Array: Uint16Array;
  Int32Array: Int32Array;
  Uint32Array: Uint32Array;
  Float16Array: typeof globalThis extends { Float16Array: { prototype: infer F } } ? F : never;
  Float32Array: Float32Array;
  Float64Array: Float64Array;
  BigInt64Array: BigInt64Array;
  BigUint64Array: BigUint64Array;
}

/** A guard of a typed array, by its name. */
export function typedArray<N extends keyof TypedArrays>(name: N): Guard<TypedArrays[N]> {
  return leaf(brandOf(name), Kind.other | Kind.bytes, (value) => typedArrayName(value) === name);
}

/** Errors of the language by name. */
export interface Errors {
  Error: Error;
  EvalError: EvalError;
  RangeError: RangeError;
  ReferenceError: ReferenceError;
  SyntaxError: SyntaxError;
  TypeError: TypeError;
  URIError: URIError;
  AggregateError: AggregateError;
}

/** A guard of an error, by the name of its class: an instance of a subclass is one, too. */
export function error<N extends keyof Errors>(name: N): Guard<Errors[N]> {
  return leaf(
    brandOf(name),
    Kind.other,
    (value) => isError(value) && (name === 'Error' || descendsFrom(value as Error, name)),
  );
}

/** Whether a prototype says that it is of this name. Nothing is asked that could run code. */
function descendsFrom(value: object, name: string): boolean {
  for (let at: unknown = Object.getPrototypeOf(value); typeof at === 'object' && at !== null;) {
    if (Object.getOwnPropertyDescriptor(at, 'name')?.value === name) return true;
    at = Object.getPrototypeOf(at);
  }
  return false;
}
