import { createClient } from '@rpcudp/client';
import type { Address } from '@rpcudp/core';
import type { EndpointOptions, PeerOptions } from '@rpcudp/core/endpoint';
import { generateKeyPair, loadCrypto } from '@rpcudp/core/security';
import { SimulatedNetwork, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { Flooded } from '../src/flood/service';

const PACKETS = 6_000;
const PACKETS_PER_MS = 12;
const LATENCY_MS = 10;
const SERVER: Address = { host: '10.0.0.1', port: 1 };
/** Strangers that are let in in the half second of the flood, and before the first of them is asked for proof. */
const STRANGERS_MAX = 64 + 32;

/** Whether packets are encrypted: what the server and its callers are bound with, and who their peer has to be. */
interface Kind {
  readonly name: string;
  readonly server: EndpointOptions;
  readonly callers: EndpointOptions;
  readonly peer: PeerOptions;
}

const keyPair = generateKeyPair();
const kinds: readonly Kind[] = [
  { name: 'plain', server: {}, callers: {}, peer: {} },
  {
    name: 'sealed',
    server: { security: { keyPair } },
    callers: { security: {} },
    peer: { publicKey: keyPair.publicKey },
  },
];

/** Where the packet of a flood comes from: a host of its own in 10.16.0.0/16. */
const sourceOf = (packet: number): Address => ({ host: `10.16.${packet >> 8}.${packet & 0xff}`, port: 9 });

beforeAll(loadCrypto);

/** First datagrams of so many callers, of a network where nobody answers. */
async function catchOpenings(count: number, { callers, peer }: Kind): Promise<Uint8Array[]> {
  const network = new SimulatedNetwork({ seed: 2 });
  const openings: Uint8Array[] = [];
  network.tap = (datagram) => openings.push(datagram.slice());
  const caller = network.bind({ maxPending: count, ...callers });
  for (let n = 0; n < count; n += 1) {
    void createClient(Flooded, caller.peer({ host: `10.${n >> 8}.${n & 0xff}.1`, port: 1 }, peer)).next(n);
  }
  await network.advance(0);
  return openings;
}

/** Makes calls from an endpoint, and gives how long each took. */
async function callMs(network: SimulatedNetwork, from: SimulatedEndpoint, { peer }: Kind): Promise<number> {
  const began = network.clock.now;
  const reply = await createClient(Flooded, from.peer(SERVER, peer)).next(1);
  return reply.received ? network.clock.now - began : Infinity;
}

test.each(kinds)(
  'a flood of $name packets fills no memory, is not reflected, and neither slows nor shuts anybody out',
  async (kind) => {
    const openings = await catchOpenings(PACKETS, kind);
    const network = new SimulatedNetwork({ seed: 1, latencyMs: LATENCY_MS });
    const bytesTo = new Map<string, number>();
    network.tap = (datagram, to) => bytesTo.set(to.host, (bytesTo.get(to.host) ?? 0) + datagram.length);
    const server = network.bind({ ...SERVER, ...kind.server });
    server.serve(new Flooded());
    const known = network.bind({ host: '10.0.0.2', ...kind.callers });
    await network.until(callMs(network, known, kind));
    const knownCalls: Promise<number>[] = [];
    const firstCalls: Promise<number>[] = [];
    for (let packet = 0; packet < PACKETS; packet += 1) {
      network.inject(openings[packet]!, sourceOf(packet), SERVER);
      if (packet % PACKETS_PER_MS !== 0) continue;
      await network.advance(1);
      if (packet % (10 * PACKETS_PER_MS) === 0) knownCalls.push(callMs(network, known, kind));
      if (packet % (50 * PACKETS_PER_MS) !== 0) continue;
      // One of a host that the flood forges too, and one of a network that it leaves alone.
      for (const network24 of ['10.16.7', '10.200.0'])
        firstCalls.push(
          callMs(network, network.bind({ host: `${network24}.${firstCalls.length}`, ...kind.callers }), kind),
        );
    }
    await network.advance(10_000);
    expect(Math.max(...(await Promise.all(knownCalls)))).toBeLessThanOrEqual(3 * 2 * LATENCY_MS);
    expect(Math.max(...(await Promise.all(firstCalls)))).toBeLessThanOrEqual(2 * 2 * LATENCY_MS + 10);
    expect(firstCalls).toHaveLength(20);
    expect(server.stats().peers.length).toBeLessThanOrEqual(STRANGERS_MAX + firstCalls.length + 1);
    const ratios = openings.map(({ length }, packet) => (bytesTo.get(sourceOf(packet).host) ?? 0) / length);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(3);
  },
);
