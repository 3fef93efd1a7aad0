import { OutputQueue } from './output-queue';

test('what is pushed first comes out first, also when more is pushed in between', () => {
  const queue = new OutputQueue<number>();
  queue.push(1);
  queue.push(2);
  expect(queue.shift()).toBe(1);
  queue.push(3);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([2, 3, undefined, undefined]);
  queue.push(4);
  expect(queue.shift()).toBe(4);
});
