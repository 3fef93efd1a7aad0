import { Buckets } from './buckets';

const counted = (...micros: number[]): ReturnType<Buckets['rows']> => {
  const buckets = new Buckets();
  for (const each of micros) buckets.add(each);
  return buckets.rows();
};

test('without a call there are no rows', () => {
  expect(counted()).toEqual([]);
});

test('a latency is in the bucket that begins with it', () => {
  expect(counted(1500, 1999)).toEqual([{ fromMs: 1.5, toMs: 2, count: 2 }]);
});

test('rows reach from the first call to the last, and those between are there though empty', () => {
  expect(counted(1000, 3000, 3001)).toEqual([
    { fromMs: 1, toMs: 1.5, count: 1 },
    { fromMs: 1.5, toMs: 2, count: 0 },
    { fromMs: 2, toMs: 3, count: 0 },
    { fromMs: 3, toMs: 5, count: 2 },
  ]);
});

test('rows that would be too many are coarser, and hold the same calls', () => {
  const rows = counted(10, 15, 70, 1500, 70_000, 2_000_000);
  expect(rows[0]).toEqual({ fromMs: 0.01, toMs: 0.02, count: 2 });
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(rows.at(-1)).toEqual({ fromMs: 2000, toMs: 5000, count: 1 });
});

test('nothing is too short or too long', () => {
  expect(counted(0)).toEqual([{ fromMs: 0, toMs: 0.001, count: 1 }]);
  expect(counted(1e15).at(-1)).toMatchObject({ toMs: Infinity, count: 1 });
});
