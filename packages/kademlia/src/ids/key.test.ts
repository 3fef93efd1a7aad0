import recorded from '../../../../docs/vectors/kademlia-wire.json';
import { digestOf, type Key } from './key';
import { idText } from './node-id';

interface Tagged {
  readonly $bytes?: string;
  readonly $float?: string;
}

/** A key as it is recorded; a whole float is one that JavaScript does not have. */
function keyOf(of: Tagged | string | number | boolean | null): Key | undefined {
  if (typeof of !== 'object' || of === null) return of;
  if (of.$bytes !== undefined) return Uint8Array.from(Buffer.from(of.$bytes, 'hex'));
  const value = Number(of.$float);
  return Number.isInteger(value) ? undefined : value;
}

const keys = recorded.digests.map(({ of, sha1 }) => [keyOf(of as Tagged), sha1] as const);

test.each(keys.filter(([key]) => key !== undefined))('the digest of %p is that of the Python library', (key, sha1) => {
  expect(idText(digestOf(key!))).toBe(sha1);
});

// What str() of Python makes of numbers, by hand: u'%r' of each.
test.each([
  [1e21, '1000000000000000000000'],
  [-0, '-0.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-1.25e-7, '-1.25e-07'],
  [5e-324, '5e-324'],
  [123456.789, '123456.789'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
  [NaN, 'nan'],
  [false, 'False'],
  [2n ** 64n, '18446744073709551616'],
])('%p is the key that Python writes as %s', (key, text) => {
  expect(digestOf(key)).toEqual(digestOf(text));
});
