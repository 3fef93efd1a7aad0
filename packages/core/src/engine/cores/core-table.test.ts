import fc from 'fast-check';
import { CoreTable } from './core-table.js';
import { IdMarks } from './id-marks.js';

const SEED = 0x5eed;

function tableOf(lanes: number): { table: CoreTable; marks: IdMarks } {
  const marks = new IdMarks(2 * lanes, SEED);
  return { table: new CoreTable(marks), marks };
}

/** An id with a mark. */
function idWith(marks: IdMarks, mark: number, first = 1): number[] {
  const id = Uint8Array.from([first, 2, 3, 4, 5, 6, 7, 8]);
  marks.write(id, mark);
  return [...id];
}

const plainTo = (id: number[]): Uint8Array => Uint8Array.from([0xc2, ...id, 0, 0, 0, 1, 1]);
const openingBy = (id: number[]): Uint8Array =>
  Uint8Array.from([0xc1, 1, ...id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
const RESET = Uint8Array.from([0xc3, 1, 2, 3, 4, 5, 6, 7, 8]);

test('a packet is for the worker whose mark its id carries, whoever else is there', () => {
  const { table, marks } = tableOf(3);
  for (const mark of [0, 1, 2]) table.opened(mark);
  for (const mark of [0, 1, 2]) expect(table.route(plainTo(idWith(marks, mark)))).toEqual([mark]);
});

test('a stranger is for the worker of the lane, whichever mark that has', () => {
  const { table, marks } = tableOf(3);
  table.opened(4);
  for (const mark of [1, 4]) expect(table.route(openingBy(idWith(marks, mark)))).toEqual([4]);
});

test('a lane whose worker died is nobody else’s', () => {
  const { table, marks } = tableOf(2);
  table.opened(0);
  table.opened(1);
  table.left(0);
  expect(table.route(openingBy(idWith(marks, 0)))).toEqual([]);
  expect(table.route(openingBy(idWith(marks, 2)))).toEqual([]);
  expect(table.route(plainTo(idWith(marks, 0)))).toEqual([]);
});

test('a fresh worker gets what is for its dead predecessor, and says with a reset that it has gone', () => {
  const { table, marks } = tableOf(2);
  table.opened(0);
  table.left(0);
  table.opened(2);
  expect(table.route(plainTo(idWith(marks, 0)))).toEqual([2]);
});

test('a worker that leaves has first say about strangers, and keeps its associations', () => {
  const { table, marks } = tableOf(2);
  table.opened(0);
  table.retired(0);
  expect(table.afterHandingOn(0)).toEqual([]);
  table.opened(2);
  expect(table.route(openingBy(idWith(marks, 0)))).toEqual([0]);
  expect(table.afterHandingOn(0)).toEqual([2]);
  expect(table.route(plainTo(idWith(marks, 0)))).toEqual([0]);
  expect(table.route(plainTo(idWith(marks, 2)))).toEqual([2]);
  table.left(0);
  expect(table.route(openingBy(idWith(marks, 0)))).toEqual([2]);
});

test('a reset is for all who are there', () => {
  const { table } = tableOf(2);
  table.opened(0);
  table.opened(1);
  table.retired(0);
  table.opened(2);
  expect([...table.route(RESET)!].sort()).toEqual([0, 1, 2]);
});

test('what is of no wire is for nobody', () => {
  expect(tableOf(2).table.route(Uint8Array.of(0xc8, 1))).toBeUndefined();
});

test('a lane has two marks, and no third while both are taken', () => {
  const { table } = tableOf(2);
  expect(table.seat(1)).toBe(1);
  table.opened(1);
  expect(table.seat(1)).toBe(3);
  table.retired(1);
  table.opened(3);
  expect(() => table.seat(1)).toThrow('All marks of lane 1 are taken.');
  table.left(1);
  expect(table.seat(1)).toBe(1);
});

test('two workers never take strangers of one lane', () => {
  const { table } = tableOf(2);
  table.opened(0);
  expect(() => table.opened(2)).toThrow('Two workers');
});

/** What may happen to a lane at any time. */
type Step = readonly ['open' | 'retire' | 'leave', lane: number];

const steps = fc.array(fc.tuple(fc.constantFrom<Step[0]>('open', 'retire', 'leave'), fc.nat(3)));

test('whatever happens, an opening packet reaches one worker of its lane at most, and one that is there', () => {
  fc.assert(
    fc.property(steps, fc.uint8Array({ minLength: 8, maxLength: 8 }), (happened, drawn) => {
      const { table, marks } = tableOf(4);
      const lane = marks.of(drawn, 8) % 4;
      const present = new Set<number>();
      const current = new Map<number, number>();
      const change: Record<Step[0], (at: number) => void> = {
        open: (at) => {
          // One of two has left, or there is no mark for a third.
          if (current.has(at) || [...present].filter((mark) => mark % 4 === at).length > 1) return;
          const mark = table.seat(at);
          table.opened(mark);
          present.add(mark);
          current.set(at, mark);
        },
        retire: (at) => {
          if ([...present].filter((mark) => mark % 4 === at).length === 1) table.retired(current.get(at) ?? at);
          else return;
          current.delete(at);
        },
        leave: (at) => {
          for (const mark of [...present].filter((each) => each % 4 === at)) {
            table.left(mark);
            present.delete(mark);
          }
          current.delete(at);
        },
      };
      for (const [step, at] of happened) {
        change[step](at);
        const reached = table.route(openingBy([...drawn]))!;
        expect(reached.length).toBeLessThanOrEqual(1);
        for (const one of reached) expect([one % 4, present.has(one)]).toEqual([lane, true]);
        const there = [...present].filter((mark) => mark % 4 === lane);
        expect(reached.length > 0).toBe(there.length > 0);
      }
    }),
  );
});
