import { EVICTION_CANDIDATES, EVICTION_CANDIDATES_MAX, EVICTION_QUIET_MS_MIN } from '../../../native-limits';
import { Idlest, type Evictable, type Row } from './idlest';

const NOW = 1_000_000;

const quiet = (ms: number, changes: Partial<Evictable> = {}): Evictable => ({
  unproven: false,
  surplus: false,
  busy: false,
  lastHeardAt: NOW - ms,
  ...changes,
});

/** A row that counts at how many somebody has looked. */
function rowOf(...all: Evictable[]): Row<Evictable> & { looked: number; readonly all: Evictable[] } {
  return {
    all,
    looked: 0,
    *values() {
      for (const one of [...all]) {
        this.looked += 1;
        yield one;
      }
    },
    putLast: (one) => void all.push(...all.splice(all.indexOf(one), 1)),
  };
}

test('is looked for among a few, and among the next ones the next time', () => {
  const all = Array.from({ length: 3 * EVICTION_CANDIDATES }, (_, index) => quiet(EVICTION_QUIET_MS_MIN + index));
  const row = rowOf(...all);
  const idlest = new Idlest(row);
  const found = [idlest.find(NOW), idlest.find(NOW)];
  expect(found.map((one) => all.indexOf(one!))).toEqual([EVICTION_CANDIDATES - 1, 2 * EVICTION_CANDIDATES - 1]);
  expect(row.all[0]).toBe(all[2 * EVICTION_CANDIDATES]);
});

test('is one that is too many of its source, however lately it was heard', () => {
  const surplus = quiet(0, { surplus: true });
  const idlest = new Idlest(rowOf(quiet(2 * EVICTION_QUIET_MS_MIN), surplus, quiet(EVICTION_QUIET_MS_MIN)));
  expect(idlest.find(NOW)).toBe(surplus);
});

test('is looked for further if all of those are in use, but not without end', () => {
  const all = Array.from({ length: 2 * EVICTION_CANDIDATES_MAX }, () => quiet(0));
  const row = rowOf(...all);
  const idlest = new Idlest(row);
  expect([idlest.find(NOW), row.looked]).toEqual([undefined, EVICTION_CANDIDATES_MAX]);
  row.all[500] = quiet(EVICTION_QUIET_MS_MIN);
  expect(idlest.find(NOW)).toBe(row.all.at(-1));
  expect(row.looked).toBe(EVICTION_CANDIDATES_MAX + 501);
});

test('is nobody where there is nobody', () => {
  expect(new Idlest(rowOf()).find(NOW)).toBeUndefined();
});
