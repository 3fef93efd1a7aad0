import { createClient } from '@rpcudp/client';
import type { Address } from '@rpcudp/core';
import { SimulatedNetwork, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { Flooded } from '../src/flood/service';

const PACKETS = 12_000;
const PACKETS_PER_MS = 12;
const LATENCY_MS = 10;
const SERVER: Address = { host: '10.0.0.1', port: 1 };
/** Strangers that are let in in the second of the flood, and before the first of them is asked for proof. */
const STRANGERS_MAX = 128 + 32;

/** Where the packet of a flood comes from: a host of its own in 10.16.0.0/16. */
const sourceOf = (packet: number): Address => ({ host: `10.16.${packet >> 8}.${packet & 0xff}`, port: 9 });

/** First datagrams of so many callers, of a network where nobody answers. */
async function catchOpenings(count: number): Promise<Uint8Array[]> {
  const network = new SimulatedNetwork({ seed: 2 });
  const openings: Uint8Array[] = [];
  network.tap = (datagram) => openings.push(datagram.slice());
  const caller = network.bind({ maxPending: count });
  for (let peer = 0; peer < count; peer += 1) {
    void createClient(Flooded, caller.peer({ host: `10.${peer >> 8}.${peer & 0xff}.1`, port: 1 })).next(peer);
  }
  await network.advance(0);
  return openings;
}

/** Makes calls from an endpoint, and gives how long each took. */
async function callMs(network: SimulatedNetwork, from: SimulatedEndpoint): Promise<number> {
  const began = network.clock.now;
  const reply = await createClient(Flooded, from.peer(SERVER)).next(1);
  return reply.received ? network.clock.now - began : Infinity;
}

test('a flood of forged sources fills no memory, is not reflected, slows nobody down and shuts nobody out', async () => {
  const openings = await catchOpenings(PACKETS);
  const network = new SimulatedNetwork({ seed: 1, latencyMs: LATENCY_MS });
  const bytesTo = new Map<string, number>();
  network.tap = (datagram, to) => bytesTo.set(to.host, (bytesTo.get(to.host) ?? 0) + datagram.length);
  const server = network.bind(SERVER);
  server.serve(new Flooded());
  const known = network.bind({ host: '10.0.0.2' });
  await network.until(callMs(network, known));
  const knownCalls: Promise<number>[] = [];
  const firstCalls: Promise<number>[] = [];
  for (let packet = 0; packet < PACKETS; packet += 1) {
    network.inject(openings[packet]!, sourceOf(packet), SERVER);
    if (packet % PACKETS_PER_MS !== 0) continue;
    await network.advance(1);
    if (packet % (10 * PACKETS_PER_MS) === 0) knownCalls.push(callMs(network, known));
    if (packet % (100 * PACKETS_PER_MS) !== 0) continue;
    // One of a host that the flood forges too, and one of a network that it leaves alone.
    for (const network24 of ['10.16.7', '10.200.0'])
      firstCalls.push(callMs(network, network.bind({ host: `${network24}.${firstCalls.length}` })));
  }
  await network.advance(10_000);
  expect(Math.max(...(await Promise.all(knownCalls)))).toBeLessThanOrEqual(3 * 2 * LATENCY_MS);
  expect(Math.max(...(await Promise.all(firstCalls)))).toBeLessThanOrEqual(2 * 2 * LATENCY_MS + 10);
  expect(firstCalls).toHaveLength(20);
  expect(server.stats().peers.length).toBeLessThanOrEqual(STRANGERS_MAX + firstCalls.length + 1);
  const ratios = openings.map(({ length }, packet) => (bytesTo.get(sourceOf(packet).host) ?? 0) / length);
  expect(Math.max(...ratios)).toBeLessThanOrEqual(3);
});
