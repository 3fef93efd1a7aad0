/** Links on which datagrams overtake each other, and large messages over them. */
import { createClient } from '@rpcudp/client';
import type { CongestionControl } from '../../src/endpoint';
import { defineService } from '../../src/index';
import { SimulatedNetwork, type NetworkConditions } from '../../src/testing';

interface Sink {
  take(bytes: Uint8Array): number;
}
const Sink = defineService<Sink>('Sink', { take: {} });

const BYTES = 4 * 1024 * 1024;
/** 25 ms each way and 100 Mbit/s, with room for all that waits. */
const LINK: NetworkConditions = { seed: 5, latencyMs: 25, bytesPerSecond: 12_500_000, queueBytesMax: 20_000_000 };

/** Sends one large argument; gives how long it took, and how many packets went out again. */
async function send(conditions: NetworkConditions, congestionControl: CongestionControl) {
  const network = new SimulatedNetwork(conditions);
  const options = { messageBytesMax: 2 * BYTES, timeoutMs: 120_000, congestionControl };
  const server = network.bind(options);
  const caller = network.bind({ ...options, host: '10.0.0.2' });
  server.serve(Sink, { take: (bytes) => bytes.length });
  const began = network.clock.now;
  const { received } = await network.until(createClient(Sink, caller.peer(server.address)).take(new Uint8Array(BYTES)));
  expect(received).toBe(true);
  return { ms: network.clock.now - began, again: caller.stats().peers[0]!.retransmitted };
}

test.each(['bbr', 'cubic', 'new-reno'] as const)(
  '%s is hardly slower where packets overtake each other',
  async (control) => {
    const straight = await send(LINK, control);
    const overtaking = await send({ ...LINK, reordering: 0.02, reorderingMs: 15 }, control);
    expect(overtaking.ms).toBeLessThan(1.3 * straight.ms);
    expect([straight.again, overtaking.again < 10]).toEqual([0, true]);
  },
);
