import { EVICTION_CANDIDATES, EVICTION_CANDIDATES_MAX, EVICTION_QUIET_MS_MIN } from '../../../native-limits';
import { Idlest, type Evictable } from './idlest';

const NOW = 1_000_000;

const quiet = (ms: number, changes: Partial<Evictable> = {}): Evictable => ({
  unproven: false,
  surplus: false,
  busy: false,
  lastHeardAt: NOW - ms,
  ...changes,
});

test('is looked for among a few, and among the next ones the next time', () => {
  const all = Array.from({ length: 3 * EVICTION_CANDIDATES }, (_, index) => quiet(EVICTION_QUIET_MS_MIN + index));
  const idlest = new Idlest(() => all);
  const found = [idlest.find(NOW), idlest.find(NOW)];
  expect(found.map((one) => all.indexOf(one!))).toEqual([EVICTION_CANDIDATES - 1, 2 * EVICTION_CANDIDATES]);
});

test('is one that is too many of its source, however lately it was heard', () => {
  const surplus = quiet(0, { surplus: true });
  const idlest = new Idlest(() => [quiet(2 * EVICTION_QUIET_MS_MIN), surplus, quiet(EVICTION_QUIET_MS_MIN)]);
  expect(idlest.find(NOW)).toBe(surplus);
});

test('is looked for further if all of those are in use, but not without end', () => {
  const all = Array.from({ length: 2 * EVICTION_CANDIDATES_MAX }, () => quiet(0));
  let looked = 0;
  function* each(): Iterable<Evictable> {
    for (const one of all) {
      looked += 1;
      yield one;
    }
  }
  const idlest = new Idlest(each);
  expect([idlest.find(NOW), looked]).toEqual([undefined, EVICTION_CANDIDATES_MAX]);
  all[EVICTION_CANDIDATES_MAX + 500] = quiet(EVICTION_QUIET_MS_MIN);
  expect(idlest.find(NOW)).toBe(all[EVICTION_CANDIDATES_MAX + 500]);
});

test('is nobody where there is nobody', () => {
  expect(new Idlest(() => []).find(NOW)).toBeUndefined();
});
