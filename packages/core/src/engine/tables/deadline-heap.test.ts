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
