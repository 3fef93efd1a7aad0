/** Large streams that share a link with each other, and with calls. */
import { FeedWorld } from './timed-feed';

const STREAMS = 4;
const MEBIBYTE = 1024 * 1024;
const STREAM_BYTES = 8 * MEBIBYTE;
const CALL_EVERY_MS = 25;

/** How long calls take that are made until something has ended, one every few milliseconds. */
async function latencies(world: FeedWorld, isOver: () => boolean): Promise<number[]> {
  const each: number[] = [];
  const calls: Promise<void>[] = [];
  while (!isOver()) {
    const began = world.now;
    const made = world.client.ping().orThrow();
    calls.push(made.then(() => void each.push(world.now - began)));
    await world.pause(CALL_EVERY_MS);
  }
  await Promise.all(calls);
  return each.sort((one, other) => one - other);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * sorted.length)]!;
}

/** Reads all of a stream, and says after each value how many bytes there have been. */
async function read(values: AsyncIterable<Uint8Array>, had: (bytes: number) => void): Promise<void> {
  let bytes = 0;
  for await (const value of values) had((bytes += value.length));
}

test.each([
  ['of small items', 1_000],
  ['of items of 64 KiB', 65_536],
])(
  'four streams of 8 MiB %s get a quarter of the link each, and calls beside them are hardly later',
  async (_of, each) => {
    const world = new FeedWorld({ latencyMs: 20, bytesPerSecond: 4_000_000, queueBytesMax: 262_144 });
    const quietUntil = world.now + 2_000;
    const quiet = await world.network.until(latencies(world, () => world.now >= quietUntil));
    const bytes = Array.from({ length: STREAMS }, () => 0);
    let shares: number[] | undefined;
    let open = STREAMS;
    const streams = bytes.map(async (_none, index) => {
      await read(world.client.bytes(STREAM_BYTES, each), (had) => (bytes[index] = had));
      shares ??= bytes.map((one) => one / bytes.reduce((sum, other) => sum + other, 0));
      open -= 1;
    });
    const busy = await world.network.until(
      Promise.all([latencies(world, () => open < STREAMS), ...streams]).then(([calls]) => calls),
    );

    expect(bytes).toEqual(Array.from({ length: STREAMS }, () => STREAM_BYTES));
    for (const share of shares!) expect(Math.abs(share * STREAMS - 1)).toBeLessThanOrEqual(0.2);
    expect(busy.length).toBeGreaterThan(200);
    expect(percentile(busy, 0.99)).toBeLessThanOrEqual(3 * percentile(quiet, 0.99));
  },
);
