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
