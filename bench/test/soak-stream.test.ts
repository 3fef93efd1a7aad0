import { createClient } from '@rpcudp/client';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { Soaked } from '../src/soak/service';
import { AHEAD_OF_SLOW_MAX, readSlowly, valueAt } from '../src/soak/stream-reading';
import { collectedHeap } from './collected-heap';

const VALUES = 24_000;
const VALUE_BYTES = 100;
const REST_EVERY = 100;

/** A server and a caller of it, what is in memory while a reader rests, and how far its source was ahead at most. */
function pair() {
  const network = new SimulatedNetwork({ seed: 1, latencyMs: 5 });
  const soaked = new Soaked();
  const server = network.bind({ host: '10.0.0.1', port: 1 });
  const caller = network.bind({ host: '10.0.0.2', port: 2 });
  server.serve(soaked);
  const seen = { heaps: [] as number[], taken: 0, aheadMost: 0 };
  const pause = async (): Promise<void> => {
    await new Promise<void>((resolve) => void network.clock.setTimer(50, resolve));
    if (seen.taken === VALUES / 4 || seen.taken === VALUES - REST_EVERY) seen.heaps.push(collectedHeap());
  };
  const restAfter = (taken: number): Promise<void> | undefined => {
    seen.taken = taken;
    return taken % REST_EVERY === 0 ? pause() : undefined;
  };
  const pulling = (pulled: number): void => void (seen.aheadMost = Math.max(seen.aheadMost, pulled - seen.taken));
  const expectNothingLeft = async (): Promise<void> => {
    await network.clock.advance(1000);
    expect([server.stats().runningHandlers, caller.stats().pendingCalls]).toEqual([0, 0]);
    const left = [server, caller].flatMap((endpoint) => endpoint.stats().peers);
    expect(left.map(({ calls, requests, inFlightBytes }) => [calls.pending, requests, inFlightBytes])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  };
  return {
    network,
    soaked,
    client: createClient(Soaked, caller.peer(server.address)),
    seen,
    restAfter,
    pulling,
    expectNothingLeft,
  };
}

test('a slow reader of many values gets each, with a source just a window ahead and no more in memory', async () => {
  const { network, soaked, client, seen, restAfter, pulling, expectNothingLeft } = pair();
  soaked.pulling = pulling;
  const taken = await network.until(readSlowly(client.values(VALUES, VALUE_BYTES), restAfter));
  expect(taken).toBe(VALUES);
  expect(seen.aheadMost).toBeGreaterThan(AHEAD_OF_SLOW_MAX - 10);
  expect(seen.aheadMost).toBeLessThanOrEqual(AHEAD_OF_SLOW_MAX);
  expect(seen.heaps[1]! - seen.heaps[0]!).toBeLessThan(1_000_000);
  await expectNothingLeft();
});

test('a slow handler holds back what its caller streams to it in the same way', async () => {
  const { network, soaked, client, seen, restAfter, pulling, expectNothingLeft } = pair();
  soaked.restAfter = restAfter;
  function* source(): Generator<Uint8Array> {
    for (let index = 0; index < VALUES; index += 1) {
      pulling(index + 1);
      yield valueAt(index, VALUE_BYTES);
    }
  }
  expect(await network.until(client.count(source()).orThrow())).toBe(VALUES);
  expect(seen.aheadMost).toBeGreaterThan(AHEAD_OF_SLOW_MAX - 10);
  expect(seen.aheadMost).toBeLessThanOrEqual(AHEAD_OF_SLOW_MAX);
  expect(seen.heaps[1]! - seen.heaps[0]!).toBeLessThan(1_000_000);
  await expectNothingLeft();
});
