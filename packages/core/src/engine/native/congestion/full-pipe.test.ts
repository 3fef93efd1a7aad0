import { Flight } from './flight';
import { FullPipe } from './full-pipe';
import { StandingQueue } from './standing-queue';

const LEAST_MS = 50;

/** A start, of which each round trip brings packets back at a rate, after so many milliseconds each. */
function start(): { pipe: FullPipe; round: (rate: number, roundTripsMs: readonly number[]) => boolean } {
  const flight = new Flight();
  const queue = new StandingQueue(flight);
  const pipe = new FullPipe(flight, queue);
  let now = 0;
  const round = (rate: number, roundTripsMs: readonly number[]): boolean => {
    for (const [index, roundTripMs] of roundTripsMs.entries()) {
      flight.sample.roundTripMs = roundTripMs;
      flight.sample.rate = rate;
      flight.roundBegan = index === roundTripsMs.length - 1;
      queue.acknowledged(LEAST_MS, (now += 10));
      pipe.acknowledged();
    }
    return pipe.now;
  };
  round(100, [LEAST_MS]);
  return { pipe, round };
}

test('a way is full after three round trips that bring no more than before', () => {
  const { pipe, round } = start();
  expect([1, 2, 3].map(() => round(110, [LEAST_MS, 51]))).toEqual([false, false, true]);
  expect(pipe.ever).toBe(true);
});

test('growth begins anew', () => {
  const { round } = start();
  expect([110, 110, 130, 131, 132, 133].map((rate) => round(rate, [LEAST_MS]))).toEqual([
    ...[false, false, false, false, false],
    true,
  ]);
});

test('at the start it is full after one of them in which every packet waited in a queue', () => {
  expect(start().round(110, [65, 80, 100])).toBe(true);
  // A single one that did not wait shows that the queue comes and goes.
  expect(start().round(110, [65, 60, 100])).toBe(false);
  expect(start().round(130, [65, 80, 100])).toBe(false);
});

test('what waited before does not count, and packets without a round trip tell nothing', () => {
  const { round } = start();
  round(130, [80, 80]);
  expect(round(135, [NaN, LEAST_MS, 80])).toBe(false);
  expect(round(136, [NaN, 80, NaN])).toBe(true);
});

test('later on a queue is no reason to end a probe early', () => {
  const { pipe, round } = start();
  round(110, [100]);
  pipe.lookFor(100);
  expect([1, 2, 3].map(() => round(110, [100]))).toEqual([false, false, true]);
});
