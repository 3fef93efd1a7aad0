import { JITTER_SHARE, REFRESH_MS, REPUBLISHED_MAX, REPUBLISH_MS } from '../limits';
import { Maintenance } from './maintenance';

/** Chances that come one after the other. */
const chances = (...values: number[]): (() => number) => {
  let at = 0;
  return () => values[at++ % values.length]!;
};

test('buckets are refreshed each REFRESH_MS, give or take JITTER_SHARE of it', () => {
  const early = new Maintenance({}, 0, chances(0));
  expect(early.nextWake).toBe(REFRESH_MS * (1 - JITTER_SHARE));
  const late = new Maintenance({}, 0, chances(1, 0.5));
  expect(late.takeDue(REFRESH_MS * 1.4).refreshSince).toBeUndefined();
  expect(late.takeDue(REFRESH_MS * 1.5).refreshSince).toBe(REFRESH_MS);
  expect(late.nextWake).toBe(REFRESH_MS * 2.5);
});

test('a record is republished after REPUBLISH_MS, and again after as long', () => {
  const maintenance = new Maintenance({ refreshMs: 1e12 }, 0, chances(0.5));
  maintenance.stored('a', 0);
  expect(maintenance.takeDue(REPUBLISH_MS - 1).republish).toEqual([]);
  expect(maintenance.takeDue(REPUBLISH_MS).republish).toEqual(['a']);
  expect(maintenance.takeDue(REPUBLISH_MS).republish).toEqual([]);
  expect(maintenance.takeDue(2 * REPUBLISH_MS).republish).toEqual(['a']);
});

test('a record that another holder has republished meanwhile is left be', () => {
  const maintenance = new Maintenance({ refreshMs: 1e12 }, 0, chances(0.5));
  maintenance.stored('a', 0);
  maintenance.stored('a', REPUBLISH_MS - 1);
  expect(maintenance.takeDue(REPUBLISH_MS).republish).toEqual([]);
  expect(maintenance.nextWake).toBe(2 * REPUBLISH_MS - 1);
});

test('one that is not held any more is not republished', () => {
  const maintenance = new Maintenance({ refreshMs: 1e12 }, 0, chances(0.5));
  maintenance.stored('a', 0);
  maintenance.forgotten('a');
  expect(maintenance.takeDue(9 * REPUBLISH_MS).republish).toEqual([]);
});

test('of twenty holders hardly more than one republishes a record in an hour', () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const holders = Array.from({ length: 20 }, () => new Maintenance({ refreshMs: 1e12 }, 0, random));
  for (const holder of holders) holder.stored('a', 0);
  let republished = 0;
  for (let now = 0; now < 24 * REPUBLISH_MS; now += 1000) {
    for (const holder of holders) {
      if (holder.takeDue(now).republish.length === 0) continue;
      republished += 1;
      for (const other of holders) other.stored('a', now);
    }
  }
  expect(republished).toBeGreaterThanOrEqual(24);
  expect(republished).toBeLessThan(48);
});

test('REPUBLISHED_MAX records are scheduled', () => {
  const maintenance = new Maintenance({ refreshMs: 1e12 }, 0, chances(0.5));
  for (let index = 0; index <= REPUBLISHED_MAX; index += 1) maintenance.stored(`record ${index}`, 0);
  expect(maintenance.takeDue(REPUBLISH_MS).republish).toHaveLength(REPUBLISHED_MAX);
});
