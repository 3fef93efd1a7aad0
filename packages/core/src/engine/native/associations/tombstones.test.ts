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
