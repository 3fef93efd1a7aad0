import { Rate } from './rate';

test('so much happens at once as in a second, and then as the bucket fills up again', () => {
  const rate = new Rate(10, 0);
  for (let n = 0; n < 10; n += 1) {
    expect(rate.waitMs(0, 0)).toBe(0);
    rate.take();
  }
  expect([rate.waitMs(0, 0), rate.waitMs(0, 60), rate.waitMs(0, 100)]).toEqual([100, 40, 0]);
  rate.take();
  expect(rate.waitMs(0, 100)).toBe(100);
});

test('what has to be left over is not taken', () => {
  const rate = new Rate(10, 0);
  for (let n = 0; n < 5; n += 1) {
    expect(rate.waitMs(5, 0)).toBe(0);
    rate.take();
  }
  expect([rate.waitMs(5, 0), rate.waitMs(0, 0)]).toEqual([100, 0]);
});

test('it does not save up more than a second', () => {
  const rate = new Rate(2, 0);
  rate.waitMs(0, 60_000);
  rate.take();
  rate.take();
  expect(rate.waitMs(0, 60_000)).toBe(500);
});
