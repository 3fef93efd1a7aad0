import { Fifo } from './fifo';

test('what is pushed first comes out first, also when more is pushed in between', () => {
  const queue = new Fifo<number>();
  queue.push(1);
  queue.push(2);
  expect(queue.shift()).toBe(1);
  queue.push(3);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([2, 3, undefined, undefined]);
  queue.push(4);
  expect(queue.shift()).toBe(4);
});

test('the first item can be looked at before it is taken', () => {
  const queue = new Fifo<number>();
  expect(queue.first).toBeUndefined();
  queue.push(1);
  queue.push(2);
  expect([queue.first, queue.shift(), queue.first, queue.shift(), queue.first]).toEqual([1, 1, 2, 2, undefined]);
});

test('a burst leaves nothing behind', () => {
  const queue = new Fifo<number>();
  for (let n = 0; n < 5000; n += 1) queue.push(n);
  for (let n = 0; n < 5000; n += 1) expect(queue.shift()).toBe(n);
  queue.push(7);
  expect([queue.shift(), queue.shift()]).toEqual([7, undefined]);
});
