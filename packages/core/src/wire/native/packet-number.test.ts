import fc from 'fast-check';
import { ACK, type AckFrame, type AckRange } from './frames';
import { expandAckRanges, expandPacketNumber } from './packet-number';

const NUMBERS = 2n ** 32n;
const HALF = NUMBERS / 2n;
const NUMBER_MAX = 2 ** 53 - 1;

/** RFC 9000 appendix A.3, in arithmetic that cannot be rounded. */
function expandExactly(low: number, expected: number): number {
  const candidate = (BigInt(expected) / NUMBERS) * NUMBERS + BigInt(low);
  if (candidate <= BigInt(expected) - HALF) return Number(candidate + NUMBERS);
  if (candidate > BigInt(expected) + HALF && candidate >= NUMBERS) return Number(candidate - NUMBERS);
  return Number(candidate);
}

const low = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff));
/** Anything that may be expected, often close to where the low bits begin anew or are half through. */
const expected = fc.oneof(
  fc.maxSafeNat(),
  fc
    .tuple(fc.nat(2 ** 20), fc.constantFrom(0, 2 ** 31), fc.integer({ min: -3, max: 3 }))
    .map(([wraps, half, near]) => Math.max(0, wraps * 2 ** 32 + half + near)),
);

test('the low bits of a number are expanded as appendix A.3 of RFC 9000 says', () => {
  fc.assert(
    fc.property(low, expected, (bits, next) => {
      expect(expandPacketNumber(bits, next)).toBe(expandExactly(bits, next));
    }),
    { numRuns: 5000 },
  );
});

test('any number within 2^31 of what is expected is told by its low bits', () => {
  const distance = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 });
  fc.assert(
    fc.property(expected, distance, (next, away) => {
      const number = next + away;
      fc.pre(number >= 0 && number <= NUMBER_MAX);
      expect(expandPacketNumber(number % 2 ** 32, next)).toBe(number);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0, 0, 0],
  [0xffffffff, 0, 0xffffffff],
  [0, 0xffffffff, 2 ** 32],
  [0, 2 ** 32, 2 ** 32],
  [0xffffffff, 2 ** 32, 2 ** 32 - 1],
  [0x9b32, 0xa82f30eb, 2 ** 32 + 0x9b32],
])('%d where %d is expected is %d', (bits, next, number) => {
  expect(expandPacketNumber(bits, next)).toBe(number);
});

describe('the ranges of an ACK', () => {
  const ack = (...ranges: AckRange[]): AckFrame => ({ type: ACK, delayMicros: 0, ranges });

  test('are told as they are while no number is beyond 2^32', () => {
    const frame = ack({ start: 90, end: 100 }, { start: 0, end: 80 });
    expect(expandAckRanges(frame, 120)).toBe(frame.ranges);
  });

  test('are raised by as much as their largest is', () => {
    const frame = ack({ start: 3, end: 5 }, { start: -20, end: 0 });
    expect(expandAckRanges(frame, 2 ** 32 + 10)).toEqual([
      { start: 2 ** 32 + 3, end: 2 ** 32 + 5 },
      { start: 2 ** 32 - 20, end: 2 ** 32 },
    ]);
  });

  test('lie before the low bits began anew, if their largest does', () => {
    const frame = ack({ start: 0xfffffff0, end: 0xffffffff });
    expect(expandAckRanges(frame, 2 ** 32 + 10)).toEqual([{ start: 2 ** 32 - 16, end: 2 ** 32 - 1 }]);
  });

  test('that count down below 0 are none', () => {
    expect(expandAckRanges(ack({ start: 0, end: 5 }), 6)).toEqual([{ start: 0, end: 5 }]);
    expect(expandAckRanges(ack({ start: -1, end: 5 }), 6)).toBeUndefined();
    expect(expandAckRanges(ack({ start: 2, end: 5 }, { start: -3, end: -1 }), 6)).toBeUndefined();
    expect(expandAckRanges(ack({ start: -1, end: 5 }), 2 ** 32 + 6)).toEqual([
      { start: 2 ** 32 - 1, end: 2 ** 32 + 5 },
    ]);
  });

  test('come back whole, wherever the numbers are', () => {
    const steps = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 32 });
    fc.assert(
      fc.property(expected, fc.nat(2 ** 20), steps, (next, below, gaps) => {
        let end = next - 1 - below;
        const ranges = gaps.map(([length, gap]) => {
          const range = { start: end - length, end };
          end = range.start - gap - 2;
          return range;
        });
        fc.pre(ranges.at(-1)!.start >= 0);
        const down = ranges[0]!.end - (ranges[0]!.end % 2 ** 32);
        const asRead = ranges.map((range) => ({ start: range.start - down, end: range.end - down }));
        expect(expandAckRanges(ack(...asRead), next)).toEqual(ranges);
      }),
      { numRuns: 2000 },
    );
  });
});
