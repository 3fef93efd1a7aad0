/** What is expected where a built-in class was recorded. Values are known by their brand, for they can come from any realm. */
import { types } from 'node:util';
import { isError, isNativeFunction, isOfClass, isPlainObject, typedArrayName } from '../brands.js';
import { ANYTHING, anythingFor, expectation, REFUSED, withArticle, type Expectation } from './expectation.js';

/** What is expected for a built-in class, or undefined if it is none of those that arrive as themselves. */
export function builtinExpectation(type: (...args: never[]) => unknown): Expectation | undefined {
  const found = EXPECTATIONS.get(type.name);
  return found !== undefined && isBuiltin(type, type.name) ? found : undefined;
}

/** Whether a constructor is a built-in one of that name, of this realm or of another. */
export function isBuiltin(type: unknown, name: string): boolean {
  if ((globalThis as Record<string, unknown>)[name] === type) return true;
  return typeof type === 'function' && type.name === name && isNativeFunction(type as () => unknown);
}

const TYPED_ARRAYS = [
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

const ERRORS = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError'];

/** By name. What the codec of the rpcudp wire gives is not always what was declared: three take a step more. */
const EXPECTATIONS = new Map<string, Expectation>([
  ['Object', ANYTHING],
  ['Function', anythingFor('function')],
  ['String', expectation('a string', (value) => typeof value === 'string')],
  ['Number', expectation('a number', (value) => typeof value === 'number')],
  ['Boolean', expectation('a boolean', (value) => typeof value === 'boolean')],
  ['BigInt', { what: 'an integer', accept: toBigInt }],
  ['Array', expectation('an array', Array.isArray)],
  ['Uint8Array', expectation('bytes', types.isUint8Array)],
  ['Buffer', { what: 'bytes', accept: toBuffer }],
  ['Map', { what: 'a map', accept: toMap }],
  ['Set', expectation('a Set', types.isSet)],
  ['Date', expectation('an instance of Date', types.isDate)],
  ['RegExp', expectation('a RegExp', types.isRegExp)],
  ['Error', expectation('an Error', isError)],
  ['URL', expectation('a URL', (value) => isOfClass(value, URL))],
  ['ArrayBuffer', expectation('an ArrayBuffer', types.isArrayBuffer)],
  ['DataView', expectation('a DataView', types.isDataView)],
  ...TYPED_ARRAYS.map((name): [string, Expectation] => [
    name,
    expectation(withArticle(name), (value) => typedArrayName(value) === name),
  ]),
  ...ERRORS.map((name): [string, Expectation] => [
    name,
    expectation(withArticle(name), (value) => isError(value) && isOfClass(value, { name })),
  ]),
]);

/** Integers that fit can travel as numbers. */
function toBigInt(value: unknown): unknown {
  if (typeof value === 'bigint') return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : REFUSED;
}

/** Bytes arrive as a Uint8Array. */
function toBuffer(value: unknown): unknown {
  return types.isUint8Array(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : REFUSED;
}

/** A map whose keys are all strings can arrive as an object. */
function toMap(value: unknown): unknown {
  if (types.isMap(value)) return value;
  return isPlainObject(value) ? new Map(Object.entries(value)) : REFUSED;
}
