import * as fc from 'fast-check';
import { Fifo } from './fifo';

const filled = (length: number): Fifo<number> => {
  const queue = new Fifo<number>();
  for (let n = 0; n < length; n += 1) queue.push(n);
  return queue;
};

test('what is pushed first comes out first, also when more is pushed in between', () => {
  const queue = new Fifo<number>();
  queue.push(1);
  queue.push(2);
  expect(queue.shift()).toBe(1);
  queue.push(3);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([2, 3, undefined, undefined]);
  queue.push(4);
  expect([queue.size, queue.shift(), queue.size]).toEqual([1, 4, 0]);
});

test('the first item can be looked at before it is taken', () => {
  const queue = new Fifo<number>();
  expect(queue.first).toBeUndefined();
  queue.push(1);
  queue.push(2);
  expect([queue.first, queue.shift(), queue.first, queue.shift(), queue.first]).toEqual([1, 1, 2, 2, undefined]);
});

test('what is not to stay is taken out, and the rest keeps its order', () => {
  const queue = filled(10);
  queue.shift();
  queue.keep((n) => n % 3 === 0);
  expect([queue.size, queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([3, 3, 6, 9, undefined]);
});

test('does the same as an array, whatever comes and goes', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ push: fc.nat(400) }) },
    { weight: 5, arbitrary: fc.record({ shift: fc.nat(400) }) },
    { weight: 1, arbitrary: fc.record({ keepBelow: fc.nat(10) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const queue = new Fifo<number>();
      let model: number[] = [];
      const [taken, expected]: (number | undefined)[][] = [[], []];
      let next = 0;
      for (const step of steps) {
        if ('push' in step) {
          for (let count = 0; count < step.push; count += 1, next += 1) {
            queue.push(next);
            model.push(next);
          }
        } else if ('shift' in step) {
          for (let count = 0; count < step.shift; count += 1) {
            taken!.push(queue.shift());
            expected!.push(model.shift());
          }
        } else {
          const stays = (n: number): boolean => n % 10 < step.keepBelow;
          queue.keep(stays);
          model = model.filter(stays);
        }
        expect([queue.size, queue.first]).toEqual([model.length, model[0]]);
        expect(queue.slots).toBeLessThanOrEqual(Math.max(256, 8 * model.length));
      }
      expect(taken).toEqual(expected);
      expect(model.map(() => queue.shift())).toEqual(model);
      expect(queue.shift()).toBeUndefined();
    }),
  );
});

test('a queue that is never empty takes no more memory, however much goes through it', () => {
  const queue = filled(1000);
  for (let n = 1000; n < 1_000_000; n += 1) {
    queue.push(n);
    queue.shift();
  }
  expect([queue.size, queue.slots, queue.first]).toEqual([1000, 1024, 999_000]);
});

test('the memory of a burst is given back while something still waits', () => {
  const queue = filled(100_000);
  expect(queue.slots).toBe(131_072);
  for (let n = 0; n < 99_999; n += 1) queue.shift();
  expect([queue.size, queue.slots, queue.first]).toEqual([1, 256, 99_999]);
});
