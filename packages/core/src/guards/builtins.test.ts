import { runInNewContext } from 'node:vm';
import {
  anyObject,
  arrayBuffer,
  buffer,
  bytes,
  dataView,
  date,
  error,
  map,
  nonNullish,
  number,
  bigint,
  regExp,
  set,
  string,
  typedArray,
  union,
  array,
  unknown,
  url,
  type Guard,
} from './index.js';

const given = (guard: Guard, value: unknown): unknown => {
  const outcome = guard['~standard'].validate(value) as { value?: unknown; issues?: readonly { message: string }[] };
  return outcome.issues === undefined ? outcome.value : outcome.issues.map(({ message }) => message);
};
const accepts = (guard: Guard, value: unknown): boolean => !('issues' in guard['~standard'].validate(value));
const foreign = (code: string): unknown => runInNewContext(code);

test.each<[string, Guard, string, readonly unknown[]]>([
  ['Date', date(), 'new Date(0)', [{}, Object.create(Date.prototype)]],
  ['an invalid Date', date(), 'new Date(NaN)', ['Invalid Date', NaN]],
  ['Uint8Array', bytes(), 'new Uint8Array(2)', [new Int8Array(1), [1], Object.create(Uint8Array.prototype)]],
  ['ArrayBuffer', arrayBuffer(), 'new ArrayBuffer(2)', [[1], new SharedArrayBuffer(1)]],
  ['DataView', dataView(), 'new DataView(new ArrayBuffer(1))', [new Uint8Array(1)]],
  ['RegExp', regExp(), '/a/g', ['/a/', {}]],
  ['Float64Array', typedArray('Float64Array'), 'new Float64Array(2)', [new Float32Array(1), [1]]],
  ['Error', error('Error'), 'new TypeError("a")', [{ name: 'Error', message: '' }]],
  ['RangeError', error('RangeError'), 'new RangeError("a")', [new Error('RangeError'), new TypeError()]],
  ['Map', map(unknown(), number()), 'new Map([[1, 2]])', [[[1, 2]], new Map([[1, 'a']])]],
  ['Set', set(number()), 'new Set([1])', [{}, new Set(['a']), new Map()]],
])('%s is known by its brand, also from another realm', (_name, guard, code, refused) => {
  expect(accepts(guard, foreign(code))).toBe(true);
  expect(refused.filter((value) => accepts(guard, value))).toEqual([]);
});

test('a URL is known by its brand', () => {
  const value = new URL('https://example.org/');
  expect(given(url(), value)).toBe(value);
  expect(accepts(url(), Object.create(URL.prototype))).toBe(false);
  expect(accepts(url(), { href: 'a:b', protocol: 'a:' })).toBe(false);
  expect(accepts(url(), 'https://example.org/')).toBe(false);
});

test('an exception of the platform is an Error, which what only looks like one is not', () => {
  expect(accepts(error('Error'), AbortSignal.abort().reason)).toBe(true);
  expect(accepts(error('TypeError'), new DOMException('', 'TypeError'))).toBe(false);
  expect(accepts(error('Error'), Object.create(DOMException.prototype))).toBe(false);
});

test('an instance of a subclass of an error is one', () => {
  class OutOfStock extends RangeError {}
  expect(accepts(error('RangeError'), new OutOfStock())).toBe(true);
  expect(accepts(error('TypeError'), new OutOfStock())).toBe(false);
});

test('bytes are given as a Buffer of the same memory where the type says Buffer', () => {
  const value = new Uint8Array([0, 1, 2, 255]).subarray(1);
  const result = given(buffer(), value) as Buffer;
  expect(Buffer.isBuffer(result)).toBe(true);
  expect(result.toString('hex')).toBe('0102ff');
  value[0] = 7;
  expect(result[0]).toBe(7);
  const already = Buffer.from('a');
  expect(given(buffer(), already)).toBe(already);
  expect(given(buffer(), [1])).toEqual(['value: expected bytes, got an array']);
});

test('bytes are given as an ArrayBuffer of their own where the type says ArrayBuffer', () => {
  const result = given(arrayBuffer(), new Uint8Array([0, 1, 2]).subarray(1));
  expect(result).toEqual(new Uint8Array([1, 2]).buffer);
});

test('an array is given as a Set where the type says Set', () => {
  expect(given(set(bigint()), [1, 2n])).toEqual(new Set([1n, 2n]));
  expect(given(set(bigint()), [1, 1n])).toEqual(['value: expected elements that differ']);
  expect(given(set(number()), [1, 'a'])).toEqual(['value[1]: expected a number, got a string']);
  expect(given(union([set(string()), array(string())]), ['a'])).toEqual(['a']);
});

test('object is what is no primitive, and {} what is neither null nor undefined', () => {
  const objects = [{}, [], new Map(), new Date(), /a/];
  const primitives = [1, 'a', true, 1n];
  expect(objects.every((value) => accepts(anyObject(), value))).toBe(true);
  expect(primitives.some((value) => accepts(anyObject(), value))).toBe(false);
  expect([...objects, ...primitives].every((value) => accepts(nonNullish(), value))).toBe(true);
  expect([null, undefined].some((value) => accepts(nonNullish(), value) || accepts(anyObject(), value))).toBe(false);
});
