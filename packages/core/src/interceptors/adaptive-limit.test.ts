import fc from 'fast-check';
import { CONCURRENCY_INITIAL_DEFAULT, CONCURRENCY_MAX_DEFAULT } from '../interceptor-limits';
import { AdaptiveLimit } from './adaptive-limit';

/** Takes all places, and gives them back after so many milliseconds. */
function round(limit: AdaptiveLimit, durationMs: (running: number) => number): void {
  let taken = 0;
  while (limit.take()) taken += 1;
  for (let index = 0; index < taken; index += 1) limit.answered(durationMs(taken));
}

test('begins with its default, and grows to its bound while calls take what they usually do', () => {
  const limit = new AdaptiveLimit();
  expect(limit.limit).toBe(CONCURRENCY_INITIAL_DEFAULT);
  for (let index = 0; limit.limit < CONCURRENCY_MAX_DEFAULT && index < 3_000; index += 1) round(limit, () => 5);
  expect(limit.limit).toBe(CONCURRENCY_MAX_DEFAULT);
});

/** A server that does so many at once in 10 ms each; what is beyond waits. */
const server =
  (atOnce: number, ms = 10) =>
  (running: number): number =>
    (ms * Math.max(atOnce, running)) / atOnce;

test('finds the number of calls that a server answers without delay, and not many more, however long it is too busy', () => {
  const limit = new AdaptiveLimit({ initial: 5 });
  let most = 0;
  for (let index = 0; index < 10_000; index += 1) {
    round(limit, server(50));
    most = Math.max(most, limit.limit);
  }
  expect(most).toBeLessThan(100);
  expect(limit.limit).toBeGreaterThan(50);
});

test('learns that calls have become slower for another reason than a queue', () => {
  const limit = new AdaptiveLimit({ initial: 5 });
  for (let index = 0; index < 1_000; index += 1) round(limit, server(50));
  for (let index = 0; index < 1_000; index += 1) round(limit, server(50, 100));
  expect(limit.limit).toBeGreaterThan(50);
  expect(limit.limit).toBeLessThan(100);
});

test('falls by a tenth for each call that was too much, and not below its bound', () => {
  const limit = new AdaptiveLimit({ initial: 100, min: 7 });
  limit.take();
  limit.overloaded();
  expect(limit.limit).toBe(90);
  for (let index = 0; index < 100; index += 1) {
    limit.take();
    limit.overloaded();
  }
  expect(limit.limit).toBe(7);
});

test('does not grow where few places are taken: that says nothing about more', () => {
  const limit = new AdaptiveLimit({ initial: 100 });
  for (let index = 0; index < 100; index += 1) {
    limit.take();
    limit.answered(1);
  }
  expect(limit.limit).toBe(100);
});

test('never leaves its bounds, nor loses count of its places, whatever happens', () => {
  const event = fc.oneof(
    fc.constant({ kind: 'take' as const }),
    fc.record({ kind: fc.constant('answered' as const), ms: fc.double({ min: 0, max: 1e9, noNaN: true }) }),
    fc.constant({ kind: 'overloaded' as const }),
    fc.constant({ kind: 'giveBack' as const }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (events, min) => {
      const limit = new AdaptiveLimit({ min, max: 40, initial: 10 });
      let running = 0;
      let mistakes = 0;
      for (const each of events) {
        if (each.kind === 'take') {
          const hadRoom = running < limit.limit;
          mistakes += limit.take() === hadRoom ? 0 : 1;
          if (hadRoom) running += 1;
        } else if (running > 0) {
          running -= 1;
          if (each.kind === 'answered') limit.answered(each.ms);
          else limit[each.kind]();
        }
        expect(limit.running).toBe(running);
        expect(limit.limit).toBeGreaterThanOrEqual(min);
        expect(limit.limit).toBeLessThanOrEqual(40);
      }
      expect(mistakes).toBe(0);
    }),
  );
});
