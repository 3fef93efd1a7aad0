import {
  LOST_PACKETS_REMEMBERED_PROBES,
  REORDERING_EPISODES_REMEMBERED,
  REORDERING_STEPS_OF_ROUND_TRIP,
} from '../../../native-limits';
import { Reordering } from './reordering';
import { RoundTrip } from './round-trip';

const ROUND_TRIP_MS = 100;
const STEP_MS = ROUND_TRIP_MS / REORDERING_STEPS_OF_ROUND_TRIP;

class Bench {
  readonly roundTrip = new RoundTrip();
  readonly reordering = new Reordering(this.roundTrip);

  constructor() {
    for (let sample = 0; sample < 50; sample += 1) this.roundTrip.sample(ROUND_TRIP_MS, 0);
  }

  /** A packet that was sent at a moment arrives so much later than it should. */
  late(sentAt: number, ms: number): void {
    this.reordering.arrivedLate(sentAt, sentAt + ROUND_TRIP_MS + ms);
  }
}

test('as long as nothing has arrived late, an eighth of a round trip is waited, and numbers count', () => {
  const { reordering } = new Bench();
  expect([reordering.seen, reordering.lossMs]).toEqual([false, (9 / 8) * ROUND_TRIP_MS]);
});

test('one packet that arrives late teaches how late', () => {
  const bench = new Bench();
  bench.late(1000, 2.5 * STEP_MS);
  expect([bench.reordering.seen, bench.reordering.lossMs]).toEqual([true, ROUND_TRIP_MS + 3 * STEP_MS]);
});

test('however late it is, no more than a round trip is waited beside the usual one', () => {
  const bench = new Bench();
  bench.late(1000, 100_000);
  expect(bench.reordering.lossMs).toBe(2 * ROUND_TRIP_MS);
});

test('many that arrive late together teach as much as one', () => {
  const bench = new Bench();
  for (let sentAt = 1000; sentAt < 1050; sentAt += 1) bench.late(sentAt, STEP_MS / 2);
  expect(bench.reordering.lossMs).toBeCloseTo(ROUND_TRIP_MS + STEP_MS);
  bench.late(1500, STEP_MS / 2);
  expect(bench.reordering.lossMs).toBeCloseTo(ROUND_TRIP_MS + 2 * STEP_MS);
});

test('where nothing arrives late any more, that is forgotten after so many episodes of losses', () => {
  const bench = new Bench();
  bench.late(1000, STEP_MS / 2);
  const episode = (count: number): void => {
    for (let loss = 0; loss < 5; loss += 1) bench.reordering.lost(10_000 + 1000 * count + loss, 10_500 + 1000 * count);
  };
  for (let count = 1; count < REORDERING_EPISODES_REMEMBERED; count += 1) episode(count);
  expect(bench.reordering.seen).toBe(true);
  episode(REORDERING_EPISODES_REMEMBERED);
  expect([bench.reordering.seen, bench.reordering.lossMs]).toEqual([false, (9 / 8) * ROUND_TRIP_MS]);
});

test('one more that arrives late counts the episodes anew', () => {
  const bench = new Bench();
  bench.late(1000, STEP_MS / 2);
  for (let count = 1; count < REORDERING_EPISODES_REMEMBERED; count += 1)
    bench.reordering.lost(2000 * count, 2000 * count + 500);
  bench.late(90_000, STEP_MS / 2);
  bench.reordering.lost(100_000, 100_500);
  expect(bench.reordering.seen).toBe(true);
});

test('another way is not like this one', () => {
  const bench = new Bench();
  bench.late(1000, STEP_MS);
  bench.reordering.startAnew();
  expect(bench.reordering.seen).toBe(false);
});

test('without a sample of the round trip nothing is learned that is no number', () => {
  const roundTrip = new RoundTrip(300);
  const reordering = new Reordering(roundTrip);
  reordering.arrivedLate(1000, 5000);
  expect(reordering.lossMs).toBe(roundTrip.lossMs);
});

test('where a round trip takes no time, the window is a number, and no more than a usual round trip', () => {
  const { roundTrip, reordering } = new Bench();
  roundTrip.sample(0, 0);
  expect(roundTrip.leastMs).toBe(0);
  reordering.arrivedLate(1000, 5000);
  expect(reordering.lossMs).toBeCloseTo(roundTrip.slowestMs + roundTrip.smoothedMs!);
});

test('what was taken for lost is remembered for so many probe time-outs', () => {
  const { reordering, roundTrip } = new Bench();
  expect(reordering.rememberedMs).toBe(LOST_PACKETS_REMEMBERED_PROBES * roundTrip.probeMs);
});
