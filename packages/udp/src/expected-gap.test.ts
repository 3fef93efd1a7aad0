import fc from 'fast-check';
import { ExpectedGap } from './expected-gap';
import { BUSY_POLL_MS_MIN, BUSY_POLL_NEAR_SHARE_MIN } from './limits';

const MOST_MS = 10;

function learned(gaps: Iterable<number>): ExpectedGap {
  const gap = new ExpectedGap(MOST_MS);
  for (const ms of gaps) gap.learn(ms);
  return gap;
}

const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test('before anything is known, as much as may be is worth it', () => {
  expect(learned([]).worthMs).toBe(MOST_MS);
});

test('gaps that are alike are waited for as long as they take, and little longer', () => {
  const { worthMs } = learned(times(50, 2));
  expect(worthMs).toBeGreaterThanOrEqual(2);
  expect(worthMs).toBeLessThan(2.1);
});

test('gaps that vary are waited for longer than they take in the mean', () => {
  const { worthMs } = learned(times(50, 0).map((_, n) => (n % 2 === 0 ? 1 : 2)));
  expect(worthMs).toBeGreaterThan(2);
  expect(worthMs).toBeLessThan(5);
});

test('the shortest gaps are worth as much as going to sleep costs', () => {
  expect(learned(times(50, 0.001)).worthMs).toBe(BUSY_POLL_MS_MIN);
});

test('where nothing comes in time, nothing is worth it, until something does', () => {
  const far = Math.ceil(Math.log(BUSY_POLL_NEAR_SHARE_MIN) / Math.log(7 / 8));
  expect(learned([1, ...times(far - 1, 50)]).worthMs).toBeGreaterThan(0);
  expect(learned([1, ...times(far + 1, 50)]).worthMs).toBe(0);
  expect(learned([1, ...times(far + 1, 50), 1]).worthMs).toBeGreaterThanOrEqual(1);
});

test('a peer far away or a pause makes nobody wait longer for a peer nearby', () => {
  const alone = learned(times(50, 1)).worthMs;
  expect(learned(times(50, 1).flatMap((ms) => [ms, 300])).worthMs).toBe(alone);
});

test('whatever has come, it is never more than may be', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), (gaps) => {
      const { worthMs } = learned(gaps);
      expect(worthMs).toBeGreaterThanOrEqual(0);
      expect(worthMs).toBeLessThanOrEqual(MOST_MS);
    }),
  );
});

test('where less may be waited than sleeping costs, no more is', () => {
  const gap = new ExpectedGap(BUSY_POLL_MS_MIN / 2);
  gap.learn(BUSY_POLL_MS_MIN / 4);
  expect(gap.worthMs).toBe(BUSY_POLL_MS_MIN / 2);
});
