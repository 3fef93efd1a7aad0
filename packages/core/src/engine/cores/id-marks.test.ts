import fc from 'fast-check';
import { IdMarks } from './id-marks.js';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const counts = fc.integer({ min: 1, max: 256 });
const ids = fc.uint8Array({ minLength: 8, maxLength: 20 });

test('an id carries the mark that was written, and nothing but its last two bytes has changed', () => {
  fc.assert(
    fc.property(seeds, counts, ids, fc.nat(), (seed, marks, id, any) => {
      const mark = any % marks;
      const written = id.slice();
      new IdMarks(marks, seed).write(written, mark);
      expect(new IdMarks(marks, seed).of(written, written.length)).toBe(mark);
      expect(written.slice(0, -2)).toEqual(id.slice(0, -2));
    }),
  );
});

test('an id that carries its mark already stays as it is', () => {
  fc.assert(
    fc.property(seeds, counts, ids, (seed, marks, id) => {
      const idMarks = new IdMarks(marks, seed);
      const written = id.slice();
      idMarks.write(written, idMarks.of(id, id.length));
      expect(written).toEqual(id);
    }),
  );
});

test('a mark is read wherever the id stands', () => {
  fc.assert(
    fc.property(seeds, counts, fc.uint8Array({ minLength: 8, maxLength: 8 }), ids, (seed, marks, id, before) => {
      const idMarks = new IdMarks(marks, seed);
      const datagram = Uint8Array.from([...before, ...id, 1, 2, 3]);
      expect(idMarks.of(datagram, before.length + 8)).toBe(idMarks.of(id, 8));
    }),
  );
});

test('ids that another endpoint has marked are spread over all marks of this one', () => {
  const [theirs, ours] = [new IdMarks(4, 0x12345678), new IdMarks(16, 0x9abcdef0)];
  const counted = new Array<number>(16).fill(0);
  for (let number = 0; number < 16_000; number += 1) {
    const id = new Uint8Array(8);
    new DataView(id.buffer).setUint32(0, Math.imul(number, 0x9e3779b1));
    new DataView(id.buffer).setUint32(4, Math.imul(number + 7, 0x85ebca6b));
    theirs.write(id, 1);
    counted[ours.of(id, 8)]! += 1;
  }
  expect(Math.min(...counted)).toBeGreaterThan(800);
  expect(Math.max(...counted)).toBeLessThan(1200);
});
