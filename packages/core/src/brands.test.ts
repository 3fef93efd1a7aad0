import { runInNewContext } from 'node:vm';
import { hasInstance, isError, isNativeFunction, isOfClass, isPlainObject, typedArrayName } from './brands';
import { RpcError } from './errors';

test('errors of every realm are errors, and what looks like one is none', () => {
  for (const error of [
    new TypeError(''),
    runInNewContext('new Error("")'),
    new DOMException(''),
    new (class extends Error {})(),
  ])
    expect(isError(error)).toBe(true);
  for (const value of [{ name: 'Error', message: '', stack: '' }, 'Error', undefined, null])
    expect(isError(value)).toBe(false);
  expect(RpcError.from(runInNewContext('new Error("theirs")')).message).toBe('theirs');
});

test('plain objects of every realm are plain, and what has a class is not', () => {
  for (const object of [{}, Object.create(null), runInNewContext('({})')]) expect(isPlainObject(object)).toBe(true);
  for (const value of [[], new Date(), new (class extends Object {})(), null, 'text', () => undefined])
    expect(isPlainObject(value)).toBe(false);
});

test('a class is known by its name in another realm, whatever the value says of itself', () => {
  class Point {
    x = 1;
  }
  const theirs: unknown = runInNewContext('new (class Point {})()');

  expect(isOfClass(new Point(), Point)).toBe(true);
  expect(isOfClass(theirs, Point)).toBe(true);
  expect(isOfClass({ constructor: Point }, Point)).toBe(false);
  expect(isOfClass(Object.create({ constructor: 1 }), Point)).toBe(false);
  expect(isOfClass(5, Point)).toBe(false);
  expect(hasInstance(theirs, Point)).toBe(false);
  expect(hasInstance({}, () => undefined)).toBe(false);
});

test('typed arrays and built-in functions are known, and nothing else is', () => {
  expect(typedArrayName(runInNewContext('new Int8Array(1)'))).toBe('Int8Array');
  expect(typedArrayName({ [Symbol.toStringTag]: 'Int8Array' })).toBeUndefined();
  expect(isNativeFunction(Map as never)).toBe(true);
  expect(isNativeFunction(class Map extends Set {} as never)).toBe(false);
});
