/**
 * The endpoint that is flooded, in a process of its own, with an identity if its argument is `sealed`: says where it is, and on
 * request what it holds.
 */
import { generateKeyPair } from '@rpcudp/core/security';
import { UdpEndpoint } from '@rpcudp/udp';
import { Flooded } from './service';

/** Where a server is, and how it is called. */
export interface ServerAddress {
  readonly port: number;
  /** What its callers are bound with, and what their `peer()` is told of it. */
  readonly callers: { readonly security?: object };
  readonly peer: { readonly publicKey?: string };
}

/** What the server answers when it is asked. */
export interface ServerFigures {
  /** Memory of the process that is resident, in bytes: now, and the most since it was asked last. */
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  readonly associations: number;
  /** Opening packets that were answered with a retry, since it was bound. */
  readonly retries: number;
  readonly runs: number;
  /** Processor time of the process, in microseconds. */
  readonly processorMicros: number;
}

const SAMPLED_EVERY_MS = 50;

async function main(): Promise<void> {
  const keyPair = process.argv[2] === 'sealed' ? generateKeyPair() : undefined;
  const host = '127.0.0.1';
  const endpoint = await UdpEndpoint.bind(keyPair === undefined ? { host } : { host, security: { keyPair } });
  const flooded = new Flooded();
  endpoint.serve(flooded);
  let peakRssBytes = 0;
  const sample = (): number => {
    const rssBytes = process.memoryUsage.rss();
    peakRssBytes = Math.max(peakRssBytes, rssBytes);
    return rssBytes;
  };
  setInterval(sample, SAMPLED_EVERY_MS);
  process.on('message', () => {
    const rssBytes = sample();
    const { peers, dropped } = endpoint.stats();
    const { user, system } = process.cpuUsage();
    process.send?.({
      rssBytes,
      peakRssBytes,
      associations: peers.length,
      retries: dropped.retry,
      runs: flooded.runs,
      processorMicros: user + system,
    } satisfies ServerFigures);
    peakRssBytes = rssBytes;
  });
  process.on('disconnect', () => process.exit());
  const { port } = endpoint.address;
  const known = keyPair && { callers: { security: {} }, peer: { publicKey: keyPair.publicKey } };
  process.send?.({ port, callers: {}, peer: {}, ...known } satisfies ServerAddress);
}

void main();
