import fc from 'fast-check';
import { NumberWindow } from './number-window';

const SIZE = 64;

/** What a window does, kept as a set. Where the window may know more than it has to, this says so by undefined. */
class Model {
  readonly #numbers = new Set<number>();
  #largest = -1;

  add(number: number): boolean | undefined {
    const known = this.#numbers.has(number);
    if (!known && number < this.#largest - SIZE) return undefined;
    this.#largest = Math.max(this.#largest, number);
    this.#numbers.add(number);
    return !known;
  }
}

test('a number is taken once, in any order, and one that is far below the largest at most once', () => {
  const start = fc.constantFrom(0, 1, 31, 2 ** 31 - 40, 2 ** 32 - 40, 2 ** 52);
  const steps = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: -90, max: 8 }), fc.nat(200)), { maxLength: 200 });
  fc.assert(
    fc.property(start, steps, (first, changes) => {
      const window = new NumberWindow(SIZE);
      const model = new Model();
      const taken = new Set<number>();
      for (let number = 0; number < Math.min(first, 40); number += 1)
        expect(window.add(number)).toBe(model.add(number));
      for (const change of changes) {
        const number = Math.max(0, Math.max(window.largest, first) + change);
        const [expected, added] = [model.add(number), window.add(number)];
        expect([number, added]).toEqual([number, expected ?? added]);
        expect(added && taken.has(number)).toBe(false);
        if (added) taken.add(number);
      }
    }),
    { numRuns: 500 },
  );
});

test('nothing has come at first, and the first number may be any', () => {
  const window = new NumberWindow(SIZE);
  expect(window.largest).toBe(-1);
  expect([window.add(5), window.add(0), window.add(5), window.add(4), window.largest]).toEqual([
    true,
    true,
    false,
    true,
    5,
  ]);
});

test('as many numbers below the largest are known as it was made for', () => {
  for (const largest of [1000, 1023, 1024, 1055]) {
    const window = new NumberWindow(SIZE);
    window.add(largest);
    expect([window.add(largest - SIZE), window.add(largest - SIZE), window.add(largest - SIZE - 32)]).toEqual([
      true,
      false,
      false,
    ]);
  }
});

test('a leap beyond everything that is known leaves nothing of it behind', () => {
  const window = new NumberWindow(SIZE);
  for (let number = 0; number < 200; number += 2) window.add(number);
  expect([window.add(2 ** 40), window.add(198), window.add(197), window.add(2 ** 40 - 2)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
