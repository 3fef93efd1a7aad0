import fc from 'fast-check';
import { INDEX_MODULUS } from '../../../wire/native/frames';
import { expandIndex, lowIndex } from './item-index';

test('an index is known again from what a frame carries, wherever the count is', () => {
  const count = fc.oneof(
    fc.nat(1000),
    fc.maxSafeNat().map((value) => Math.floor(value / 8)),
    fc.constant(INDEX_MODULUS),
  );
  fc.assert(
    fc.property(count, fc.integer({ min: -(2 ** 28), max: 2 ** 28 }), (expected, away) => {
      const index = Math.max(0, expected + away);
      expect(expandIndex(lowIndex(index), expected)).toBe(index);
    }),
  );
});
