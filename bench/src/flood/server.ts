/** The endpoint that is flooded, in a process of its own: says its port, and on request what it holds. */
import { UdpEndpoint } from '@rpcudp/udp';
import { Flooded } from './service';

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
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
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
  process.send?.({ port: endpoint.address.port });
}

void main();
