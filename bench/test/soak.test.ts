import { createClient } from '@rpcudp/client';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { keepInFlight } from '../src/soak/load';
import { Soaked } from '../src/soak/service';
import { collectedHeap } from './collected-heap';

const CALLS = 12_000;
const IN_FLIGHT = 1_000;

test('a thousand calls of 1 kB always in flight are all answered, run once, and leave nothing behind', async () => {
  const network = new SimulatedNetwork({ seed: 1 });
  const server = network.bind({ host: '10.0.0.1', port: 1 });
  const caller = network.bind({ host: '10.0.0.2', port: 2 });
  const soaked = new Soaked();
  server.serve(soaked);
  const client = createClient(Soaked, caller.peer(server.address));
  const argument = new Uint8Array(1_000);
  const heaps: number[] = [];
  let leastInFlight = Infinity;
  const load = keepInFlight({
    more: (made) => made < CALLS,
    inFlight: IN_FLIGHT,
    call: async () => (await client.size(argument)).received,
    ended(count) {
      if (count <= CALLS - IN_FLIGHT) leastInFlight = Math.min(leastInFlight, caller.stats().pendingCalls);
      if (count === CALLS / 6 || count === CALLS - IN_FLIGHT) heaps.push(collectedHeap());
    },
  });
  expect(await network.until(load)).toEqual({ made: CALLS, answered: CALLS });
  expect([soaked.runs, caller.stats().pendingCalls, server.stats().runningHandlers]).toEqual([CALLS, 0, 0]);
  // But for those that one datagram has answered.
  expect(leastInFlight).toBeGreaterThan(0.9 * IN_FLIGHT);
  // The same at both moments but for what is in flight: nothing is kept for each call that has been made.
  expect(heaps[1]! - heaps[0]!).toBeLessThan(2_000_000);
});
