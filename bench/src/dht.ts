import { KademliaNode } from '@rpcudp/kademlia';
import { UdpEndpoint } from '@rpcudp/udp';
import type { WireName } from '@rpcudp/core';
import { percentile } from './statistics';

/** How long a get takes by nodes that hold nothing of the value, before and right after three in ten nodes died at once. */
export interface DhtFigures {
  readonly 'wire': WireName;
  readonly 'nodes': number;
  readonly 'calm, p50 ms': number;
  readonly 'calm, p95 ms': number;
  readonly '30 % dead, p50 ms': number;
  readonly '30 % dead, p95 ms': number;
  readonly 'found, %': number;
}

const NODES = 100;
const VALUES = 100;
const SHARE_DEAD = 0.3;

interface Peer {
  readonly endpoint: UdpEndpoint;
  readonly node: KademliaNode;
}

/** A network of real sockets in this process; the dead are closed without a word and nobody is told of it. */
export async function measureDht(wire: WireName): Promise<DhtFigures> {
  const peers = await populate(wire);
  const holders = await Promise.all(keys().map(async (key) => heldBy(await peers[0]!.node.set(key, `of ${key}`))));
  const calm = await timesOfGets(peers, holders);
  const dead = peers.filter((_, index) => index % 10 < SHARE_DEAD * 10);
  await Promise.all(dead.map(({ endpoint }) => endpoint.close()));
  const after = await timesOfGets(
    peers.filter((peer) => !dead.includes(peer)),
    holders,
  );
  await Promise.all(peers.map(({ endpoint }) => endpoint.close()));
  return {
    'wire': wire,
    'nodes': NODES,
    'calm, p50 ms': rounded(percentile(calm, 50)!),
    'calm, p95 ms': rounded(percentile(calm, 95)!),
    '30 % dead, p50 ms': rounded(percentile(after, 50)!),
    '30 % dead, p95 ms': rounded(percentile(after, 95)!),
    'found, %': (100 * after.length) / VALUES,
  };
}

const keys = (): string[] => Array.from({ length: VALUES }, (_, index) => `value ${index}`);

const rounded = (ms: number): number => Number(ms.toFixed(1));

function heldBy({ holders }: { readonly holders: readonly { readonly port: number }[] }): Set<number> {
  return new Set(holders.map(({ port }) => port));
}

async function populate(wire: WireName): Promise<Peer[]> {
  const peers: Peer[] = [];
  while (peers.length < NODES) {
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: [wire] });
    const bootstrap = peers.slice(0, 3).map((peer) => ({ host: '127.0.0.1', port: peer.endpoint.address.port }));
    peers.push({ endpoint, node: await KademliaNode.join(endpoint, { bootstrap }) });
  }
  return peers;
}

/** Milliseconds of the gets that found their value, each by the next living node that does not hold it. */
async function timesOfGets(living: readonly Peer[], holders: readonly ReadonlySet<number>[]): Promise<number[]> {
  const times: number[] = [];
  for (const [index, key] of keys().entries()) {
    const strangers = living.filter(({ endpoint }) => !holders[index]!.has(endpoint.address.port));
    const began = performance.now();
    const found = await strangers[index % strangers.length]!.node.get(key);
    if (found.found && found.value === `of ${key}`) times.push(performance.now() - began);
  }
  return times;
}
