/** Streams over a link that carries less than there is to send. */
import { FeedWorld } from './timed-feed';

const ROUND_TRIP_MS = 50;
const MS = 20_000;
/** In the first second, what the link carries is found out. */
const FOUND_OUT_MS = 1_000;

const link = (bytesPerSecond: number): FeedWorld => new FeedWorld({ latencyMs: ROUND_TRIP_MS / 2, bytesPerSecond });

/** How old the oldest value was that came between two moments. */
function oldest(ages: readonly { at: number; age: number }[], from: number, to: number): number {
  return Math.max(...ages.filter(({ at }) => at >= from && at < to).map(({ age }) => age));
}

describe('where more comes into being than a link carries', () => {
  test.each([
    [1_000_000, 1_000],
    [100_000, 1_000],
    [50_000, 100],
    [20_000, 100],
  ])(
    'values of best effort are never older than two round trips: %i bytes a second, %i a value',
    async (rate, bytes) => {
      const world = link(rate);
      const ages = await world.network.until(world.ages('newest', 1_000 * (bytes / rate / 5), bytes, MS));
      expect(oldest(ages, FOUND_OUT_MS, MS)).toBeLessThanOrEqual(2 * ROUND_TRIP_MS);
      // The link is used: nine tenths of what it carries, packets' headers and all.
      const bytesPerValue = bytes + 3 + 20;
      expect(ages.length * bytesPerValue).toBeGreaterThan(0.85 * rate * (MS / 1000));
    },
  );

  test('those of a reliable stream grow older and older', async () => {
    const world = link(100_000);
    const ages = await world.network.until(world.ages('all', 2, 1_000, MS));
    expect(oldest(ages, 0, 2_000)).toBeGreaterThan(1_000);
    expect(oldest(ages, 0, MS)).toBeGreaterThan(5 * oldest(ages, 0, 2_000));
  });

  test('both at once: who shares the link with what fills it is as late as that makes everybody, and no later', async () => {
    const world = link(100_000);
    const [newest, all] = await world.network.until(
      Promise.all([world.ages('newest', 2, 1_000, MS), world.ages('all', 2, 1_000, MS)]),
    );
    const { roundTripMs = Infinity } = world.server.stats().peers[0]!;
    expect(oldest(newest, FOUND_OUT_MS, MS)).toBeLessThan(2 * roundTripMs);
    expect(oldest(all, 0, MS)).toBeGreaterThan(MS / 2);
  });
});
