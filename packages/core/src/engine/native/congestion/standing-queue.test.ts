import { Flight } from './flight';
import { StandingQueue } from './standing-queue';

const EMPTY_MS = 50;

/** Takes round trips, of which each brings one packet of a hundred bytes back every ten milliseconds, after so long each. */
function watch(): { queue: StandingQueue; round: (roundTripsMs: readonly number[]) => StandingQueue } {
  const flight = new Flight();
  const queue = new StandingQueue(flight);
  let now = 0;
  const round = (roundTripsMs: readonly number[]): StandingQueue => {
    for (const [index, roundTripMs] of roundTripsMs.entries()) {
      now += 10;
      flight.sample.roundTripMs = roundTripMs;
      flight.deliveredBytes += 100;
      flight.roundBegan = index === roundTripsMs.length - 1;
      queue.acknowledged(EMPTY_MS, now);
    }
    return queue;
  };
  round([EMPTY_MS]);
  return { queue, round };
}

/** So many packets, of which each waited for as much longer than the one before. */
const growing = (fromMs: number, byMs: number, packets: number): number[] =>
  Array.from({ length: packets }, (_none, index) => fromMs + index * byMs);

test('a queue stood if every packet of a round trip waited in it, and only at the end of that', () => {
  const { round, queue } = watch();
  expect(round([65, 80, 100]).stood).toBe(true);
  expect(round([65, 51, 100]).stood).toBe(false);
  expect(round([62, 62, 62]).stood).toBe(false);
  round([65, 80]);
  expect(queue.stood).toBe(true);
});

test('what gives no round trip tells nothing of a queue', () => {
  const { round } = watch();
  expect(round([NaN, NaN]).stood).toBe(false);
  expect(round([NaN, 80, NaN]).stood).toBe(true);
});

test('it says how much arrived in the last round trip on average', () => {
  const { round } = watch();
  expect(round(growing(50, 1, 8)).rate).toBe(10);
});

test('a queue that a probe builds shows before all of a round trip has waited in it', () => {
  const { queue, round } = watch();
  queue.beginProbe();
  // These were on their way before.
  expect(round(growing(EMPTY_MS, 0, 5)).grewInProbe).toBe(false);
  expect(round(growing(EMPTY_MS, 2, 3)).grewInProbe).toBe(false);
  expect(round(growing(60, 2, 5)).grewInProbe).toBe(true);
});

test('one that stood before the probe, or comes and goes, is none of it', () => {
  const { queue, round } = watch();
  round([90, 90, 90]);
  queue.beginProbe();
  round(growing(90, 0, 5));
  expect(round(growing(90, 1, 8)).grewInProbe).toBe(false);
  // Every other packet waits, as where a process stands still now and then.
  expect(round([130, 92, 130, 92, 130, 92]).grewInProbe).toBe(false);
  expect(round(growing(105, 0, 8)).grewInProbe).toBe(true);
});
