import { RandomPool } from './random-pool';

test('nothing is handed out twice, and drawing is rare', () => {
  let next = 0;
  const draw = jest.fn((length: number) => Uint8Array.from({ length }, () => next++ % 251));
  const pool = new RandomPool(draw);
  const taken = Array.from({ length: 300 }, () => pool.take(20));
  expect(draw).toHaveBeenCalledTimes(2);
  expect(new Set(taken.map((bytes) => `${bytes.byteOffset}/${taken.indexOf(bytes) < 204}`)).size).toBe(300);
});

test('what was handed out stays as it was', () => {
  const pool = new RandomPool((length) => new Uint8Array(length).fill(7));
  const first = pool.take(20).slice();
  for (let n = 0; n < 1000; n += 1) pool.take(20);
  expect(first).toEqual(new Uint8Array(20).fill(7));
});

test('more than a pool at once is drawn at once', () => {
  expect(new RandomPool((length) => new Uint8Array(length)).take(10_000)).toHaveLength(10_000);
});
