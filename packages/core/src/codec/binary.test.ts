import { binaryFault, binaryOf, binaryParts, swapped } from './binary';

test('elements are turned around for hosts of the other byte order', () => {
  expect(swapped(Uint8Array.of(1, 2, 3, 4), 2)).toEqual(Uint8Array.of(2, 1, 4, 3));
  expect(swapped(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 8)).toEqual(Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1));
  expect(swapped(Uint8Array.of(1, 2), 1)).toEqual(Uint8Array.of(1, 2));
});

test('a value is told by what it is, whatever its prototype says', () => {
  const disguised = Object.setPrototypeOf(Int16Array.of(1), Float64Array.prototype) as Int16Array;
  const [number, bytes] = binaryParts(disguised);
  expect(binaryOf(number, bytes)).toStrictEqual(Int16Array.of(1));
});

test('a class that this version of JavaScript does not have is refused by its name', () => {
  const fault = 'Float16Array' in globalThis ? undefined : /Float16Array, which this version of JavaScript/;
  expect(binaryFault(12, 2) ?? '').toMatch(fault ?? '');
});
