import { Tombstones } from './tombstones';

test('an id is remembered until its time is over', () => {
  const tombstones = new Tombstones(100);
  expect([tombstones.has('a'), tombstones.nextExpiry]).toEqual([false, Infinity]);
  tombstones.add('a', 0);
  tombstones.add('b', 50);
  tombstones.expire(99);
  expect([tombstones.has('a'), tombstones.nextExpiry, tombstones.size]).toEqual([true, 100, 2]);
  tombstones.expire(100);
  expect([tombstones.has('a'), tombstones.has('b'), tombstones.nextExpiry]).toEqual([false, true, 150]);
  tombstones.expire(1000);
  expect([tombstones.size, tombstones.nextExpiry]).toEqual([0, Infinity]);
});

test('an id that is added again is remembered for longer', () => {
  const tombstones = new Tombstones(100);
  tombstones.add('a', 0);
  tombstones.add('b', 10);
  tombstones.add('a', 20);
  tombstones.expire(110);
  expect([tombstones.has('a'), tombstones.has('b'), tombstones.nextExpiry]).toEqual([true, false, 120]);
});

test('those that were forgotten cost those that are left nothing', () => {
  const tombstones = new Tombstones(100);
  for (let n = 0; n < 10_000; n += 1) tombstones.add(`id ${n}`, n);
  for (let now = 0; now < 10_000; now += 7) tombstones.expire(now);
  tombstones.expire(10_000);
  expect([tombstones.size, tombstones.nextExpiry]).toEqual([99, 10_001]);
  expect([tombstones.has('id 9900'), tombstones.has('id 9901')]).toEqual([false, true]);
});
