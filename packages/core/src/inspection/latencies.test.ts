import fc from 'fast-check';
import { Latencies } from './latencies';

const of = (...times: number[]): Latencies => {
  const latencies = new Latencies();
  for (const ms of times) latencies.add(ms);
  return latencies;
};

test('half of the calls took no longer than the median, to about a tenth', () => {
  const time = fc.double({ min: 0.002, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 200 }), (times) => {
      const sorted = [...times].sort((a, b) => a - b);
      const { calls, p50Ms, p99Ms, maxMs } = of(...times).since(new Latencies());
      expect(calls).toBe(times.length);
      for (const [told, exact] of [
        [p50Ms, sorted[Math.ceil(times.length * 0.5) - 1]],
        [p99Ms, sorted[Math.ceil(times.length * 0.99) - 1]],
        [maxMs, sorted.at(-1)],
      ] as const)
        expect(Math.abs(told! / exact! - 1)).toBeLessThan(0.11);
    }),
  );
});

test('only what has come since is told, and nothing where nothing came', () => {
  const latencies = of(1, 1, 1);
  const known = new Latencies();
  expect(latencies.since(known).calls).toBe(3);
  latencies.add(100);

  expect(latencies.since(known)).toMatchObject({ calls: 1, p50Ms: expect.closeTo(100, -2) as number });
  expect(latencies.since(known)).toEqual({ calls: 0 });
});

test('what takes no time, or days, is in the first and the last place', () => {
  const { p50Ms, maxMs } = of(0, 0, 1e12).since(new Latencies());
  expect(p50Ms).toBeLessThan(0.0015);
  expect(maxMs).toBeGreaterThan(1e8);
});
