import fc from 'fast-check';
import { DeadlineHeap, type Deadlined } from './deadline-heap';

const entry = (deadline: number): Deadlined => ({ deadline, heapIndex: -1 });

test('an empty heap has nothing due, ever', () => {
  const heap = new DeadlineHeap();
  expect(heap.earliest).toBe(Infinity);
  expect(heap.takeDue(Infinity)).toBeUndefined();
});

test('nothing is due before its deadline', () => {
  const heap = new DeadlineHeap();
  heap.add(entry(10));
  expect(heap.takeDue(9.999)).toBeUndefined();
  expect(heap.takeDue(10)?.deadline).toBe(10);
  expect(heap.size).toBe(0);
});

test('removing an entry that is not there changes nothing', () => {
  const heap = new DeadlineHeap();
  const one = entry(1);
  heap.add(one);
  heap.remove(entry(1));
  heap.remove(one);
  heap.remove(one);
  expect(heap.size).toBe(0);
});

test('whatever is added and removed, entries come out in the order of their deadlines', () => {
  const steps = fc.array(fc.oneof(fc.record({ add: fc.nat(50) }), fc.record({ remove: fc.nat() })), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const heap = new DeadlineHeap();
      const model: Deadlined[] = [];
      for (const step of all) {
        if ('add' in step) {
          const added = entry(step.add);
          model.push(added);
          heap.add(added);
        } else if (model.length > 0) {
          heap.remove(model.splice(step.remove % model.length, 1)[0]!);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.earliest).toBe(Math.min(Infinity, ...model.map(({ deadline }) => deadline)));
      }
      const order = model.map(({ deadline }) => deadline).sort((a, b) => a - b);
      expect(order.map(() => heap.takeDue(Infinity)?.deadline)).toEqual(order);
      expect(heap.takeDue(Infinity)).toBeUndefined();
    }),
  );
});

test('a heap that is never empty follows what is in it, up and down', () => {
  const heap = new DeadlineHeap();
  for (let n = 0; n < 100_000; n += 1) heap.add(entry(n));
  for (let n = 0; n < 99_000; n += 1) heap.takeDue(n);
  expect([heap.size, heap.earliest]).toEqual([1000, 99_000]);
  expect(heap.slots).toBeLessThanOrEqual(8 * 1000);
  for (let n = 100_000; n < 1_000_000; n += 1) {
    heap.add(entry(n));
    heap.takeDue(n - 1000);
  }
  expect([heap.size, heap.earliest]).toEqual([1000, 999_000]);
  expect(heap.slots).toBeLessThanOrEqual(8 * 1000);
  while (heap.size > 1) heap.takeDue(Infinity);
  expect(heap.earliest).toBe(999_999);
  expect(heap.slots).toBeLessThanOrEqual(256);
});

test('the order holds also while slots are given back', () => {
  const deadlines = fc.array(fc.nat(1000), { minLength: 300, maxLength: 600 });
  fc.assert(
    fc.property(deadlines, (all) => {
      const heap = new DeadlineHeap();
      for (const deadline of all) heap.add(entry(deadline));
      const order = [...all].sort((a, b) => a - b);
      expect(order.map(() => heap.takeDue(Infinity)?.deadline)).toEqual(order);
      expect(heap.slots).toBeLessThanOrEqual(256);
    }),
    { numRuns: 20 },
  );
});
