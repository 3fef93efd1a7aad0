import { ElapsedClock } from './elapsed-clock';
import { SLEEP_MS_LEAST, WALL_CLOCK_EVERY_MS } from './limits';

/** A clock over two that are moved by hand. */
function clockOf(woken: (clock: ElapsedClock) => void = () => undefined): {
  clock: ElapsedClock;
  pass: (monotonic: number, wall: number) => number;
  wallReadings: () => number;
} {
  let monotonic = 1000.25;
  let wall = 1.7e12;
  const readWall = jest.fn(() => wall);
  const clock: ElapsedClock = new ElapsedClock({ monotonic: () => monotonic, wall: readWall }, () => woken(clock));
  const start = clock.now();
  return {
    clock,
    pass: (monotonicMs, wallMs) => {
      monotonic += monotonicMs;
      wall += wallMs;
      return clock.now() - start;
    },
    wallReadings: () => readWall.mock.calls.length,
  };
}

const HOUR = 3_600_000;

test('while the machine is awake it is the monotonic clock', () => {
  const { pass } = clockOf();
  expect(pass(5, 5)).toBe(5);
  expect(pass(0.5, 1)).toBe(5.5);
  expect(pass(HOUR, HOUR)).toBe(HOUR + 5.5);
});

test('a sleep, in which the monotonic clock stood still, has passed', () => {
  const { pass } = clockOf();
  expect(pass(20, HOUR + 20)).toBe(HOUR + 20);
  expect(pass(5, 5)).toBe(HOUR + 25);
  expect(pass(20, HOUR + 20)).toBe(2 * HOUR + 45);
});

test('a wall clock that is set back is ignored, and what passes after it is not', () => {
  const { pass } = clockOf();
  expect(pass(10, -HOUR)).toBe(10);
  expect(pass(10, 10)).toBe(20);
  expect(pass(10, HOUR + 10)).toBe(HOUR + 30);
});

test('a wall clock that runs ahead by less than a second is ignored, however often it does', () => {
  const { pass } = clockOf();
  for (let n = 1; n <= 10; n += 1) expect(pass(10, 10 + SLEEP_MS_LEAST - 1)).toBe(10 * n);
  expect(pass(10, 10 + SLEEP_MS_LEAST)).toBe(110 + SLEEP_MS_LEAST);
});

test('the wall clock is read once in a while, and a sleep is seen with the first reading after that', () => {
  const { pass, wallReadings } = clockOf();
  const before = wallReadings();
  const step = WALL_CLOCK_EVERY_MS / 10;
  for (let n = 1; n <= 9; n += 1) pass(step, step);
  expect(wallReadings()).toBe(before);
  expect(pass(step / 2, HOUR)).toBeLessThan(1);
  expect(wallReadings()).toBe(before);
  expect(pass(step, step)).toBeGreaterThanOrEqual(HOUR - 1);
  expect(wallReadings()).toBe(before + 1);
});

test('who wants to know is told of a sleep, once, and may read the clock', () => {
  const times: number[] = [];
  const { clock, pass } = clockOf((woken) => times.push(woken.now()));
  const start = clock.now();
  pass(10, 10);
  expect(times).toEqual([]);
  pass(10, HOUR + 10);
  expect(times).toEqual([start + HOUR + 20]);
  pass(10, 10);
  expect(times).toHaveLength(1);
});

test('it never goes back, whatever the wall clock does', () => {
  const { clock, pass } = clockOf();
  let last = clock.now();
  for (const wall of [-HOUR, HOUR, 0, -1, 5 * HOUR, -9 * HOUR, 999, 1000]) {
    pass(2, wall);
    expect(clock.now()).toBeGreaterThanOrEqual(last);
    last = clock.now();
  }
});
