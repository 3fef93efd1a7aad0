/** Small calls beside large ones, and large ones beside each other. */
import { createClient } from '@rpcudp/client';
import { defineService } from '../../src/index';
import { SimulatedNetwork, type NetworkConditions } from '../../src/testing';

interface Sink {
  take(bytes: Uint8Array): number;
}
const Sink = defineService<Sink>('Sink', { take: {} });

const MIB = 1024 * 1024;
const ROUND_TRIP_MS = 50;
/** 25 ms each way and 20 Mbit/s, with a queue of 0.8 s. */
const LINK: NetworkConditions = {
  seed: 5,
  latencyMs: ROUND_TRIP_MS / 2,
  bytesPerSecond: 2_500_000,
  queueBytesMax: 2_000_000,
};
const OPTIONS = { messageBytesMax: 64 * MIB, timeoutMs: 300_000 };

function setUp(conditions: NetworkConditions) {
  const network = new SimulatedNetwork(conditions);
  const server = network.bind(OPTIONS);
  server.serve(Sink, { take: (bytes) => bytes.length });
  const caller = network.bind({ ...OPTIONS, host: '10.0.0.2' });
  return { network, server, caller, sink: createClient(Sink, caller.peer(server.address)) };
}

/** Sends small calls one after the other until something is over; gives how long each took, the shortest first. */
async function smallCallsUntil({ network, sink }: ReturnType<typeof setUp>, over: Promise<unknown>): Promise<number[]> {
  const state = { isOver: false };
  void over.then(() => (state.isOver = true));
  const times: number[] = [];
  while (!state.isOver) {
    const began = network.clock.now;
    await network.until(sink.take(new Uint8Array(1)));
    times.push(network.clock.now - began);
  }
  return times.sort((one, other) => one - other);
}

test.each([0, 0.01])('a small call hardly waits for a large one, where a share of %d is lost', async (loss) => {
  const world = setUp({ ...LINK, loss });
  await world.network.until(world.sink.take(new Uint8Array(1)));
  const bulk = Promise.resolve(world.sink.take(new Uint8Array(16 * MIB)));
  const times = await smallCallsUntil(world, bulk);
  expect((await bulk).received).toBe(true);
  expect(times.length).toBeGreaterThan(100);
  expect(times[Math.floor(0.9 * times.length)]).toBeLessThan(1.5 * ROUND_TRIP_MS);
  // It waits a round trip and a half at most: while the large one finds out how much the link takes. One that is lost itself
  // takes another round trip.
  const lostMs = loss > 0 ? ROUND_TRIP_MS : 0;
  expect(times.at(-1)).toBeLessThan(2.5 * ROUND_TRIP_MS + lostMs);
  expect(times[Math.floor(0.97 * times.length)]).toBeLessThan(2.5 * ROUND_TRIP_MS);
});

test('small calls beside large ones that follow each other are late by the queue of a probe for bandwidth at most', async () => {
  const world = setUp({ ...LINK, bytesPerSecond: 12_500_000, queueBytesMax: 1_250_000 });
  const large = async (calls: number): Promise<void> => {
    for (let call = 0; call < calls; call += 1) {
      const { received } = await world.sink.take(new Uint8Array(8 * MIB));
      expect(received).toBe(true);
    }
  };
  // What the link takes has been found out.
  await world.network.until(large(1));
  const times = await smallCallsUntil(world, large(6));
  expect(times.length).toBeGreaterThan(60);
  expect(times[Math.floor(0.9 * times.length)]).toBeLessThan(1.25 * ROUND_TRIP_MS);
  expect(times[Math.floor(0.99 * times.length)]).toBeLessThan(1.6 * ROUND_TRIP_MS);
});

test('large calls to one peer share the link, so that a shorter one ends first', async () => {
  const { network, sink } = setUp(LINK);
  const began = network.clock.now;
  const ends = [8, 8, 2].map((mib) =>
    Promise.resolve(sink.take(new Uint8Array(mib * MIB))).then(({ received }) => {
      expect(received).toBe(true);
      return network.clock.now - began;
    }),
  );
  const [first, second, short] = await network.until(Promise.all(ends));
  expect(short).toBeLessThan(0.5 * Math.min(first!, second!));
  expect(Math.abs(first! - second!)).toBeLessThan(0.1 * first!);
});
