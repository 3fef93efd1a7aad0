import fc from 'fast-check';
import { LOST_PACKETS_REMEMBERED_MAX } from '../../../native-limits';
import { LostPackets } from './lost-packets';

const lost = (...numbers: number[]): LostPackets => {
  const packets = new LostPackets();
  for (const number of numbers) packets.add({ number, sentAt: number, bytes: 100 }, number + 50);
  return packets;
};

const everything = [{ start: 0, end: 2 ** 40 }];
const numbers = (packets: readonly { number: number }[]): number[] => packets.map(({ number }) => number);

test('those that an ACK frame acknowledges are taken out, once', () => {
  const packets = lost(3, 5, 6, 9);
  const ranges = [
    { start: 8, end: 12 },
    { start: 4, end: 5 },
  ];
  expect(numbers(packets.takeArrived(ranges)).sort()).toEqual([5, 9]);
  expect(packets.takeArrived(ranges)).toEqual([]);
  expect(numbers(packets.takeArrived(everything))).toEqual([3, 6]);
});

test('in whatever order they were lost, all are found again', () => {
  const number = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(fc.uniqueArray(number), number, number, (given, one, two) => {
      const [start, end] = one < two ? [one, two] : [two, one];
      const packets = lost(...given);
      const taken = numbers(packets.takeArrived([{ start, end }]));
      const expected = given.filter((each) => each >= start && each <= end).sort((a, b) => a - b);
      expect(taken).toEqual(expected);
      expect(numbers(packets.takeArrived(everything))).toHaveLength(given.length - expected.length);
    }),
  );
});

test('those that were lost before a moment are forgotten', () => {
  const packets = lost(1, 2, 3);
  packets.forget(52);
  expect(numbers(packets.takeArrived(everything))).toEqual([2, 3]);
  const others = lost(1, 2, 3);
  others.forget(1000);
  expect(others.takeArrived(everything)).toEqual([]);
});

test('no more are remembered than the limit says, the newest', () => {
  const packets = lost(...Array.from({ length: LOST_PACKETS_REMEMBERED_MAX + 2 }, (_, number) => number));
  const taken = numbers(packets.takeArrived(everything));
  expect([taken.length, taken[0]]).toEqual([LOST_PACKETS_REMEMBERED_MAX, 2]);
});
