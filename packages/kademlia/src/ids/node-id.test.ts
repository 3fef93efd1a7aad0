import fc from 'fast-check';
import recorded from '../../../../docs/vectors/kademlia-wire.json';
import {
  bitOf,
  compareDistance,
  distance,
  idText,
  ID_BITS,
  ID_BYTES,
  isNodeId,
  randomIdWithPrefix,
  sameId,
  sharedPrefixBits,
  withFlippedBit,
} from './node-id';

const ids = fc.uint8Array({ minLength: ID_BYTES, maxLength: ID_BYTES });
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const number = (id: Uint8Array): bigint => BigInt(`0x${Buffer.from(id).toString('hex')}`);

test.each(recorded.xor)('the distance from $a to $b is that of the Python library', ({ a, b, ...expected }) => {
  expect(idText(distance(bytes(a), bytes(b)))).toBe(expected.distance);
  expect(sharedPrefixBits(bytes(a), bytes(b))).toBe(expected.shared_prefix_bits);
});

test('distances compare as big-endian numbers', () => {
  fc.assert(
    fc.property(ids, ids, ids, (target, a, b) => {
      const difference = (number(target) ^ number(a)) - (number(target) ^ number(b));
      expect(Math.sign(compareDistance(target, a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
    }),
  );
});

test('only one id has a given distance, and that of an id to itself is zero', () => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      expect(distance(a, distance(a, b))).toEqual(b);
      expect(number(distance(a, a))).toBe(0n);
      expect(sameId(a, b)).toBe(number(a) === number(b));
      expect(idText(a) === idText(b)).toBe(sameId(a, b));
    }),
  );
});

test('the prefix of two ids ends where their bits differ', () => {
  fc.assert(
    fc.property(ids, fc.nat(ID_BITS - 1), (id, index) => {
      const other = withFlippedBit(id, index);
      expect(sharedPrefixBits(id, other)).toBe(index);
      expect(bitOf(other, index)).toBe(1 - bitOf(id, index));
      expect(sharedPrefixBits(id, id)).toBe(ID_BITS);
    }),
  );
});

test('a random id within a prefix has that prefix, and the random bits behind it', () => {
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 0, max: ID_BITS }), (prefix, chance, bits) => {
      const id = randomIdWithPrefix(prefix, bits, () => chance);
      expect(sharedPrefixBits(id, prefix)).toBeGreaterThanOrEqual(bits);
      for (let index = bits; index < ID_BITS; index += 1) expect(bitOf(id, index)).toBe(bitOf(chance, index));
    }),
  );
});

test.each([[new Uint8Array(19)], [new Uint8Array(21)], [Array.from({ length: 20 })], ['x'.repeat(20)], [null]])(
  '%p is no id',
  (value) => expect(isNodeId(value)).toBe(false),
);

test('20 bytes are an id, also those of a Buffer', () => {
  expect(isNodeId(Buffer.alloc(20))).toBe(true);
});
