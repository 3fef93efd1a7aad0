import fc from 'fast-check';
import { NumberRanges } from './number-ranges';

const filled = (rangesMax: number, ...numbers: number[]): NumberRanges => {
  const ranges = new NumberRanges(rangesMax);
  for (const number of numbers) ranges.add(number);
  return ranges;
};

test('nothing has been received at first', () => {
  const ranges = new NumberRanges(4);
  expect([ranges.largest, ranges.has(0), ranges.ranges.length]).toEqual([-1, false, 0]);
});

test('numbers in any order become ranges, from the largest down', () => {
  const ranges = filled(8, 5, 1, 2, 7, 6, 9);
  expect(ranges.ranges).toEqual([
    { start: 9, end: 9 },
    { start: 5, end: 7 },
    { start: 1, end: 2 },
  ]);
  expect(ranges.largest).toBe(9);
});

test('a number that closes a gap joins the ranges beside it', () => {
  const ranges = filled(8, 0, 2, 4, 3, 1);
  expect(ranges.ranges).toEqual([{ start: 0, end: 4 }]);
});

test('a number that comes again is not added again', () => {
  const ranges = filled(8, 0, 1, 5);
  expect([ranges.add(0), ranges.add(5), ranges.add(3), ranges.add(3)]).toEqual([false, false, true, false]);
});

test('everything up to the floor counts as received, and the range it cuts begins above it', () => {
  const ranges = filled(8, 2, 3, 4, 8);
  ranges.raiseFloor(3);
  expect(ranges.ranges).toEqual([
    { start: 8, end: 8 },
    { start: 4, end: 4 },
  ]);
  expect([ranges.has(0), ranges.add(1), ranges.has(5)]).toEqual([true, false, false]);
  ranges.raiseFloor(1);
  expect(ranges.has(4)).toBe(true);
  ranges.raiseFloor(20);
  expect([ranges.ranges.length, ranges.largest, ranges.add(20)]).toEqual([0, 20, false]);
});

test('with too many ranges the lowest is given up', () => {
  const ranges = filled(3, 0, 10, 20, 30);
  expect(ranges.ranges).toEqual([
    { start: 30, end: 30 },
    { start: 20, end: 20 },
    { start: 10, end: 10 },
  ]);
  expect([ranges.has(5), ranges.add(0)]).toEqual([false, false]);
  ranges.add(40);
  expect([ranges.ranges.length, ranges.has(5), ranges.has(15)]).toEqual([3, true, false]);
});

type Step = { add: number } | { from: number; count: number } | { floor: number };

/** Does the same to the ranges and to a set. */
function apply(step: Step, ranges: NumberRanges, model: Set<number>): void {
  if ('add' in step) {
    expect(ranges.add(step.add)).toBe(!model.has(step.add));
    model.add(step.add);
  } else if ('from' in step) {
    const numbers = Array.from({ length: step.count }, (_, index) => step.from + index);
    const end = step.from + step.count - 1;
    const known = numbers.some((number) => model.has(number));
    expect([ranges.hasAny(step.from, end), ranges.addRange(step.from, end)]).toEqual([known, !known]);
    if (!known) for (const number of numbers) model.add(number);
  } else {
    ranges.raiseFloor(step.floor);
    for (let number = 0; number <= step.floor; number += 1) model.add(number);
  }
}

test('whatever is added, it is a set of numbers above a floor', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ add: fc.nat(60) }) },
    { weight: 4, arbitrary: fc.record({ from: fc.nat(55), count: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ floor: fc.nat(60) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const ranges = new NumberRanges(100);
      const model = new Set<number>();
      for (const one of steps) {
        apply(one, ranges, model);
        const numbers = Array.from({ length: 63 }, (_, number) => number);
        expect(numbers.filter((number) => ranges.has(number))).toEqual(numbers.filter((number) => model.has(number)));
        expect(ranges.largest).toBe(Math.max(-1, ...model));
      }
    }),
  );
});

test('however many holes there are, the ranges stay bounded, apart and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (numbers) => {
      const { ranges } = filled(5, ...numbers);
      expect(ranges.length).toBeLessThanOrEqual(5);
      for (const [index, range] of ranges.entries()) {
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan((ranges[index - 1]?.start ?? Infinity) - 1);
      }
    }),
  );
});

test('numbers beyond 2^32 and thousands of ranges are found as well', () => {
  const ranges = new NumberRanges(4_096);
  const first = 2 ** 32 - 4_000;
  const even = Array.from({ length: 4_000 }, (_, index) => first + 2 * index);
  const odd = even.map((number) => number + 1);
  expect(even.every((number) => ranges.add(number))).toBe(true);
  expect([ranges.ranges.length, ranges.largest]).toEqual([4_000, first + 7_998]);
  expect([even.every((number) => ranges.has(number)), odd.some((number) => ranges.has(number))]).toEqual([true, false]);
  expect(odd.every((number) => ranges.add(number))).toBe(true);
  expect(ranges.ranges).toEqual([{ start: first, end: first + 7_999 }]);
});

test('knows whether it has some or all of a range', () => {
  const ranges = filled(8, 2, 3, 4, 8, 9);
  const asked = [
    [2, 4],
    [3, 3],
    [8, 9],
    [4, 5],
    [1, 2],
    [4, 8],
    [5, 7],
    [10, 12],
  ] as const;
  expect(asked.map(([start, end]) => [ranges.hasAll(start, end), ranges.hasAny(start, end)])).toEqual([
    [true, true],
    [true, true],
    [true, true],
    [false, true],
    [false, true],
    [false, true],
    [false, false],
    [false, false],
  ]);
  ranges.raiseFloor(5);
  expect([ranges.hasAll(0, 5), ranges.hasAll(0, 6), ranges.hasAll(8, 9)]).toEqual([true, false, true]);
});
