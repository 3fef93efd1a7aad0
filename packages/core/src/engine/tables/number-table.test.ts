import * as fc from 'fast-check';
import { NumberTable } from './number-table';

interface Entry {
  readonly number: number;
}

test('finds what was added until it is deleted', () => {
  const table = new NumberTable<Entry>();
  expect([table.get(0), table.has(0), table.size]).toEqual([undefined, false, 0]);
  const entry = { number: 0 };
  table.add(entry);
  expect([table.get(0), table.has(2), table.size]).toEqual([entry, false, 1]);
  table.delete(2);
  table.delete(0);
  table.delete(0);
  expect([table.get(0), table.size, table.values()]).toEqual([undefined, 0, []]);
});

test('does the same as a map, whatever comes and goes', () => {
  // Few different numbers of very different size, so that they meet in the table.
  const number = fc.oneof(
    fc.nat(40),
    fc.nat(40).map((n) => n * 2 ** 20),
    fc.nat(40).map((n) => 2 ** 32 - 1 - n),
  );
  const step = fc.record({ kind: fc.constantFrom('add', 'add', 'delete', 'clear'), number });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new NumberTable<Entry>();
      const map = new Map<number, Entry>();
      for (const [index, step] of steps.entries()) {
        if (step.kind === 'clear' && index % 10 === 0) {
          table.clear();
          map.clear();
        } else if (step.kind === 'delete') {
          table.delete(step.number);
          map.delete(step.number);
        } else if (!map.has(step.number)) {
          const entry = { number: step.number };
          table.add(entry);
          map.set(step.number, entry);
        }
        expect(table.size).toBe(map.size);
        expect(table.get(step.number)).toBe(map.get(step.number));
      }
      expect(new Set(table.values())).toEqual(new Set(map.values()));
      for (const [number, entry] of map) expect(table.get(number)).toBe(entry);
    }),
  );
});

test('gives back the memory of a burst', () => {
  const table = new NumberTable<Entry>();
  const entries = Array.from({ length: 1000 }, (_, index) => ({ number: 2 * index }));
  for (const entry of entries) table.add(entry);
  expect(entries.every((entry) => table.get(entry.number) === entry)).toBe(true);
  for (const { number } of entries) table.delete(number);
  expect([table.size, table.values()]).toEqual([0, []]);
  table.add({ number: 4 });
  expect(table.values()).toEqual([{ number: 4 }]);
});

test('a table that is never empty follows what is in it, and its numbers may be any', () => {
  const table = new NumberTable<Entry>();
  for (let number = 0; number < 100_000; number += 1) table.add({ number });
  for (let number = 0; number < 99_000; number += 1) table.delete(number);
  expect([table.size, table.slots <= 16 * 1000]).toEqual([1000, true]);
  for (const first of [100_000, 2 ** 31 - 500, 2 ** 32 - 5_000]) {
    for (const { number } of table.values()) table.delete(number);
    for (let number = first; number < first + 5_000; number += 1) {
      table.add({ number });
      if (number >= first + 1000) table.delete(number - 1000);
    }
    expect([table.size, table.get(first + 4_999)?.number, table.has(first + 3_999)]).toEqual([
      1000,
      first + 4_999,
      false,
    ]);
    expect(table.slots).toBe(2048);
  }
});

test('the memory of a burst is given back while something is left, and all that is left is found', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(2 ** 31), { minLength: 300, maxLength: 600 }), fc.nat(40), (numbers, left) => {
      const table = new NumberTable<Entry>();
      for (const number of numbers) table.add({ number });
      for (const number of numbers.slice(left)) table.delete(number);
      expect([table.size, table.slots <= Math.max(128, 16 * left)]).toEqual([left, true]);
      for (const number of numbers.slice(0, left)) expect(table.get(number)).toEqual({ number });
      for (const number of numbers.slice(left)) expect(table.has(number)).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('a table has no memory before it has an entry, and then for one', () => {
  const table = new NumberTable<Entry>();
  expect(table.slots).toBe(0);
  table.add({ number: 7 });
  expect([table.slots, table.get(7)?.number, table.has(8), new NumberTable<Entry>().slots]).toEqual([2, 7, false, 0]);
});
