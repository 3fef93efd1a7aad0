/** Flows that share a bottleneck of 20 Mbit/s, 40 ms of round trip: what part of it each takes. */
import { Bottleneck, CongestedWay, share } from '../../../../test/native/congested-way';
import type { CongestionControl } from './controller';

const RATE = 2500;
const PIPE_BYTES = 40 * RATE;

function shares(queuePipes: number, ...controls: CongestionControl[]): number[] {
  const bottleneck = new Bottleneck(RATE, queuePipes * PIPE_BYTES);
  const ways = controls.map(
    (control, index) => new CongestedWay({ control, bottleneck, roundTripMs: 40, seed: index + 1 }),
  );
  // The second one comes when the first one has all of it.
  ways[0]!.run(3000);
  for (const way of ways) way.now = ways[0]!.now;
  share(ways, 10_000);
  return share(ways, 30_000);
}

test.each([
  ['bbr', 1],
  ['bbr', 2],
  ['cubic', 1],
  ['new-reno', 1],
  ['new-reno', 2],
] as const)('two of %s take between 35 and 65 %% each, with a queue of %d round trips', (control, queuePipes) => {
  const [first] = shares(queuePipes, control, control);
  expect(first).toBeGreaterThan(0.35);
  expect(first).toBeLessThan(0.65);
});

test.each(['cubic', 'new-reno'] as const)(
  'bbr beside %s takes about two thirds at most where it comes later, and a fifth wherever',
  (control) => {
    for (const queuePipes of [0.05, 0.25, 1, 4]) {
      const [, second] = shares(queuePipes, control, 'bbr');
      expect(second).toBeGreaterThan(0.2);
      expect(second).toBeLessThan(queuePipes < 1 ? 0.7 : 2 / 3);
      const [first] = shares(queuePipes, 'bbr', control);
      expect(first).toBeGreaterThan(0.2);
      // It gives way slowly to who comes later.
      expect(first).toBeLessThan(0.8);
    }
  },
);
