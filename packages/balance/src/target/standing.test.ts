import { AVOIDED_JITTER, AVOIDED_MS_FIRST, AVOIDED_MS_MAX, ROUND_TRIP_MEMORY_MS } from '../limits';
import { SmoothedRoundTrip } from './round-trip';
import { Standing } from './standing';

test('who fails gets no calls for AVOIDED_MS_FIRST, then twice as long, up to AVOIDED_MS_MAX', () => {
  const standing = new Standing();
  const waits: number[] = [];
  for (let now = 0; waits.length < 10; now = standing.avoidedUntil) {
    standing.failed(now, 0);
    waits.push(standing.avoidedUntil - now);
  }
  expect(waits.slice(0, 3)).toEqual([AVOIDED_MS_FIRST, 2 * AVOIDED_MS_FIRST, 4 * AVOIDED_MS_FIRST]);
  expect(waits.at(-1)).toBe(AVOIDED_MS_MAX);
});

test('chance adds up to AVOIDED_JITTER of that', () => {
  const standing = new Standing();
  standing.failed(0, 1);
  expect(standing.avoidedUntil).toBeCloseTo(AVOIDED_MS_FIRST * (1 + AVOIDED_JITTER));
});

test('after that it gets one call at a time until it answers', () => {
  const standing = new Standing();
  expect(standing.takes(1_000, 0)).toBe(true);
  standing.failed(0, 0);
  expect(standing.takes(0, AVOIDED_MS_FIRST - 1)).toBe(false);
  expect(standing.takes(0, AVOIDED_MS_FIRST)).toBe(true);
  expect(standing.takes(1, AVOIDED_MS_FIRST)).toBe(false);
  standing.answered();
  expect(standing.takes(1, AVOIDED_MS_FIRST)).toBe(true);
  expect(standing.avoidedUntil).toBe(0);
});

test('calls that fail together are one failure, and a target may ask for more time, but not for ever', () => {
  const standing = new Standing();
  standing.failed(0, 0);
  standing.failed(1, 0);
  expect(standing.avoidedUntil).toBe(AVOIDED_MS_FIRST);
  standing.failed(AVOIDED_MS_FIRST, 0, 3_000);
  expect(standing.avoidedUntil).toBe(AVOIDED_MS_FIRST + 3_000);
  standing.failed(10_000, 0, Infinity);
  expect(standing.avoidedUntil).toBe(10_000 + AVOIDED_MS_MAX);
});

test('a round trip is a mean over ROUND_TRIP_MEMORY_MS, and sinks while nobody measures', () => {
  const roundTrip = new SmoothedRoundTrip();
  expect(roundTrip.expectedMs(0)).toBeUndefined();
  roundTrip.measured(100, 0);
  expect(roundTrip.expectedMs(0)).toBe(100);
  expect(roundTrip.expectedMs(ROUND_TRIP_MEMORY_MS)).toBeCloseTo(100 / Math.E);
  roundTrip.measured(0, ROUND_TRIP_MEMORY_MS);
  expect(roundTrip.meanMs).toBeCloseTo(100 / Math.E);
  roundTrip.measuredAtLeast(1, ROUND_TRIP_MEMORY_MS);
  expect(roundTrip.meanMs).toBeCloseTo(100 / Math.E);
  roundTrip.measuredAtLeast(500, 2 * ROUND_TRIP_MEMORY_MS);
  expect(roundTrip.meanMs).toBe(500);
  // What was known before is likelier than what somebody waited for.
  roundTrip.measuredAtLeast(200, 3 * ROUND_TRIP_MEMORY_MS);
  expect(roundTrip.expectedMs(3 * ROUND_TRIP_MEMORY_MS)).toBe(500);
});
