import { SpareMemory } from './spare-memory';

const LARGE = 200_000;

test('memory that was given back is used again, once, for as much or somewhat less', () => {
  const memory = new SpareMemory();
  const given = new Uint8Array(LARGE);
  expect(memory.take(LARGE)).toBeUndefined();
  memory.giveBack(given);
  const taken = memory.take(LARGE - 10)!;
  expect([taken.buffer === given.buffer, taken.length]).toEqual([true, LARGE - 10]);
  expect(memory.take(LARGE - 10)).toBeUndefined();
});

test('it is not used for what is larger than it, or much smaller', () => {
  const memory = new SpareMemory();
  memory.giveBack(new Uint8Array(LARGE));
  expect([memory.take(LARGE + 1), memory.take(LARGE / 2 - 1)]).toEqual([undefined, undefined]);
  expect(memory.take(LARGE / 2)).toHaveLength(LARGE / 2);
});

test('a view gives back all of its memory, and what is small is not kept', () => {
  const memory = new SpareMemory();
  memory.giveBack(new Uint8Array(LARGE).subarray(100, 200));
  expect(memory.take(LARGE)).toHaveLength(LARGE);
  memory.giveBack(new Uint8Array(1000));
  expect(memory.take(1000)).toBeUndefined();
});
