import * as fc from 'fast-check';
import {
  EJECTED_PERCENT_MAX_DEFAULT,
  EJECTION_INTERVAL_MS_DEFAULT,
  EJECTION_MS_DEFAULT,
  EJECTION_MS_MAX_DEFAULT,
  FAILURE_CALLS_MIN_DEFAULT,
  FAILURE_PERCENT_DEFAULT,
  FAILURE_TARGETS_MIN_DEFAULT,
  SUCCESS_RATE_CALLS_MIN_DEFAULT,
  SUCCESS_RATE_DEVIATIONS_DEFAULT,
  SUCCESS_RATE_TARGETS_MIN_DEFAULT,
} from '../limits';
import { checkEjection, type EjectionOptions } from './options';
import { Outliers } from './outliers';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Outliers of targets, each with so many calls that fail of so many. */
class Watched {
  now = 0;
  readonly outliers: Outliers;
  readonly intervalMs: number;

  constructor(names: readonly string[], options: EjectionOptions) {
    const checked = checkEjection(options);
    this.intervalMs = checked.intervalMs;
    this.outliers = new Outliers(checked, 0);
    this.outliers.know(new Set(names));
  }

  interval(
    failures: Record<string, number>,
    calls: number,
  ): { ejected: readonly string[]; returned: readonly string[] } {
    for (const [name, failed] of Object.entries(failures))
      for (let n = 0; n < calls; n += 1) this.outliers.ended(name, n >= failed);
    this.now += this.intervalMs;
    return this.outliers.look(this.now);
  }
}

const even = (failed: number, names = NAMES): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, failed]));

describe('failure percentage', () => {
  const only = { successRate: false } as const;

  test('above FAILURE_PERCENT_DEFAULT, with FAILURE_CALLS_MIN_DEFAULT calls of FAILURE_TARGETS_MIN_DEFAULT targets', () => {
    expect(NAMES).toHaveLength(FAILURE_TARGETS_MIN_DEFAULT);
    const calls = 2 * FAILURE_CALLS_MIN_DEFAULT;
    const above = { ...even(0), a: FAILURE_PERCENT_DEFAULT + 1 };
    expect(new Watched(NAMES, only).interval(above, calls).ejected).toEqual(['a']);
    expect(new Watched(NAMES, only).interval({ ...above, a: FAILURE_PERCENT_DEFAULT }, calls).ejected).toEqual([]);
    expect(new Watched(NAMES, only).interval({ ...even(0), a: 49 }, FAILURE_CALLS_MIN_DEFAULT - 1).ejected).toEqual([]);
    expect(new Watched(NAMES.slice(1), only).interval({ ...even(0, NAMES.slice(1)), b: calls }, calls).ejected).toEqual(
      [],
    );
  });
});

describe('success rate', () => {
  const only = { failurePercentage: false } as const;

  test('SUCCESS_RATE_DEVIATIONS_DEFAULT below the mean, with SUCCESS_RATE_CALLS_MIN_DEFAULT calls of SUCCESS_RATE_TARGETS_MIN_DEFAULT', () => {
    expect(NAMES).toHaveLength(SUCCESS_RATE_TARGETS_MIN_DEFAULT);
    // Of five, one alone is 2 standard deviations from the mean.
    expect(SUCCESS_RATE_DEVIATIONS_DEFAULT).toBeLessThan(2);
    const calls = SUCCESS_RATE_CALLS_MIN_DEFAULT;
    expect(new Watched(NAMES, only).interval({ ...even(0), a: 10 }, calls).ejected).toEqual(['a']);
    expect(new Watched(NAMES, only).interval({ ...even(0), a: 10, b: 8 }, calls).ejected).toEqual([]);
    expect(new Watched(NAMES, only).interval({ ...even(0), a: 10 }, calls - 1).ejected).toEqual([]);
    expect(new Watched(NAMES, only).interval(even(50), calls).ejected).toEqual([]);
  });
});

test('looks every EJECTION_INTERVAL_MS_DEFAULT, and ejects for EJECTION_MS_DEFAULT, longer each time, up to EJECTION_MS_MAX_DEFAULT', () => {
  const watched = new Watched(NAMES, { successRate: false });
  expect(watched.intervalMs).toBe(EJECTION_INTERVAL_MS_DEFAULT);
  const lasted: number[] = [];
  for (let round = 0; round < 14; round += 1) {
    expect(watched.interval({ ...even(0), a: 100 }, 100).ejected).toEqual(['a']);
    const since = watched.now;
    while (watched.interval({}, 0).returned.length === 0);
    lasted.push(watched.now - since);
  }
  expect(lasted.slice(0, 3)).toEqual([EJECTION_MS_DEFAULT, 2 * EJECTION_MS_DEFAULT, 3 * EJECTION_MS_DEFAULT]);
  expect(lasted.at(-1)).toBe(EJECTION_MS_MAX_DEFAULT);
});

test('a target that does well is forgiven', () => {
  const watched = new Watched(NAMES, { successRate: false });
  const ejectedFor = (): number => {
    watched.interval({ ...even(0), a: 100 }, 100);
    const since = watched.now;
    while (watched.interval({}, 0).returned.length === 0);
    return watched.now - since;
  };
  expect([ejectedFor(), ejectedFor()]).toEqual([EJECTION_MS_DEFAULT, 2 * EJECTION_MS_DEFAULT]);
  watched.interval({}, 0);
  watched.interval({}, 0);
  expect(ejectedFor()).toBe(EJECTION_MS_DEFAULT);
});

test('no more than EJECTED_PERCENT_MAX_DEFAULT of 100 targets are ejected, and one in any case', () => {
  const names = Array.from({ length: 100 }, (_, n) => `${n}`);
  const bad = Object.fromEntries(names.map((name, n) => [name, n < 50 ? 100 : 0]));
  const ejected = new Watched(names, { successRate: false }).interval(bad, 100).ejected;
  expect(ejected).toHaveLength(EJECTED_PERCENT_MAX_DEFAULT);
  expect(new Watched(NAMES, { successRate: false }).interval({ ...even(0), a: 100, b: 100 }, 100).ejected).toHaveLength(
    1,
  );
  const none = new Watched(NAMES, { successRate: false, ejectedPercentMax: 0 });
  expect(none.interval({ ...even(0), a: 100 }, 100).ejected).toEqual([]);
});

test('a target that is gone and comes back begins anew', () => {
  const watched = new Watched(NAMES, { successRate: false });
  watched.interval({ ...even(0), a: 100 }, 100);
  watched.outliers.know(new Set(NAMES.slice(1)));
  watched.outliers.know(new Set(NAMES));
  expect(watched.interval({ ...even(0), a: 100 }, 100).ejected).toEqual(['a']);
});

test('whatever comes of calls, who is ejected was not, who returns was, and there are never too many', () => {
  const step = fc.record({
    failures: fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }),
    calls: fc.constantFrom(0, 60, 100),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 0, max: 100 }), (steps, percent) => {
      const names = Array.from({ length: 8 }, (_, n) => `${n}`);
      const watched = new Watched(names, { ejectedPercentMax: percent, ejectionMs: 15_000 });
      const out = new Set<string>();
      for (const { failures, calls } of steps) {
        const { ejected, returned } = watched.interval(
          Object.fromEntries(names.map((name, n) => [name, failures[n]!])),
          calls,
        );
        for (const name of ejected) expect(out.has(name)).toBe(false);
        for (const name of ejected) out.add(name);
        expect(out.size).toBeLessThanOrEqual(
          percent === 0 ? 0 : Math.max(1, Math.ceil((percent / 100) * names.length)),
        );
        for (const name of returned) expect(out.delete(name)).toBe(true);
      }
    }),
  );
});
