import * as fc from 'fast-check';
import { WantedFifo } from './wanted-fifo';

interface Entry {
  readonly n: number;
  wanted: boolean;
}

test('what is not wanted any more is passed over', () => {
  const queue = new WantedFifo<Entry>();
  const entries = [0, 1, 2, 3].map((n) => ({ n, wanted: true }));
  for (const entry of entries) queue.push(entry);
  entries[0]!.wanted = false;
  entries[2]!.wanted = false;
  expect(queue.seek()).toBe(entries[1]);
  queue.shift();
  expect(queue.seek()).toBe(entries[3]);
  queue.shift();
  expect(queue.seek()).toBeUndefined();
});

test('behind one that has to wait, those that nobody wants take no memory', () => {
  const queue = new WantedFifo<Entry>();
  const first = { n: 0, wanted: true };
  queue.push(first);
  for (let n = 1; n < 100_000; n += 1) {
    const entry = { n, wanted: true };
    queue.push(entry);
    entry.wanted = false;
  }
  expect(queue.slots).toBeLessThanOrEqual(256);
  expect(queue.seek()).toBe(first);
});

test('a crowd that has left does not make room for one that nobody wants', () => {
  const queue = new WantedFifo<Entry>();
  const crowd = Array.from({ length: 10_000 }, (_, n) => ({ n, wanted: true }));
  for (const entry of crowd) queue.push(entry);
  for (const { n } of crowd) if (n < 9_999) queue.shift();
  for (let n = 0; n < 10_000; n += 1) queue.push({ n, wanted: false });
  expect(queue.slots).toBeLessThanOrEqual(1024);
});

test('gives what an array would, whatever comes, goes, and is not wanted any more', () => {
  const step = fc.oneof(
    fc.record({ push: fc.nat(300) }),
    fc.record({ shift: fc.nat(100) }),
    fc.record({ unwant: fc.nat(9) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const queue = new WantedFifo<Entry>();
      let model: Entry[] = [];
      const [taken, expected]: (Entry | undefined)[][] = [[], []];
      let next = 0;
      for (const step of steps) {
        if ('push' in step) {
          for (let count = 0; count < step.push; count += 1, next += 1) {
            const entry = { n: next, wanted: true };
            queue.push(entry);
            model.push(entry);
          }
        } else if ('shift' in step) {
          for (let count = 0; count < step.shift && queue.seek() !== undefined; count += 1) {
            taken!.push(queue.seek());
            expected!.push(model.shift());
            queue.shift();
          }
        } else {
          for (const entry of model) entry.wanted = entry.n % 10 !== step.unwant;
          model = model.filter(({ wanted }) => wanted);
        }
        expect(queue.seek()).toBe(model[0]);
      }
      expect(taken).toEqual(expected);
    }),
  );
});
