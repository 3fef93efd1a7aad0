/**
 * Sends large arguments over simulated links, and says how fast they go by each kind of congestion control.
 *
 *   npm run measure:links
 */
import { createClient } from '@rpcudp/client';
import type { CongestionControl } from '../src/endpoint';
import { defineService } from '../src/index';
import { SimulatedNetwork, type NetworkConditions } from '../src/testing';

interface Sink {
  take(bytes: Uint8Array): number;
}
const Sink = defineService<Sink>('Sink', { take: {} });

const BYTES = 8 * 1024 * 1024;
const CONTROLS: readonly CongestionControl[] = ['new-reno', 'cubic', 'bbr'];
/** 25 ms each way, and 100 Mbit/s, or 20 with a deep queue. */
const FAST = { seed: 3, latencyMs: 25, bytesPerSecond: 12_500_000, queueBytesMax: 600_000 };
const SLOW = { seed: 3, latencyMs: 25, bytesPerSecond: 2_500_000, queueBytesMax: 2_000_000 };
const LINKS: Readonly<Record<string, NetworkConditions>> = {
  '100 Mbit/s': FAST,
  '100 Mbit/s, 1 % lost': { ...FAST, loss: 0.01 },
  '100 Mbit/s, 3 % lost': { ...FAST, loss: 0.03 },
  '20 Mbit/s, deep queue': SLOW,
};

/** What three arguments one after the other came to. */
interface Figures {
  readonly mbPerSecond: string;
  readonly roundTripMs: string;
}

async function measure(conditions: NetworkConditions, control: CongestionControl): Promise<Figures> {
  const network = new SimulatedNetwork(conditions);
  const options = { messageBytesMax: 2 * BYTES, timeoutMs: 300_000, congestionControl: control };
  const server = network.bind(options);
  const caller = network.bind({ ...options, host: '10.0.0.2' });
  server.serve(Sink, { take: (bytes) => bytes.length });
  const sink = createClient(Sink, caller.peer(server.address));
  const rates: string[] = [];
  const roundTrips: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    const began = network.clock.now;
    const { received } = await network.until(sink.take(new Uint8Array(BYTES)));
    rates.push(received ? (BYTES / (network.clock.now - began) / 1000).toFixed(2) : 'no answer');
    roundTrips.push(caller.stats().peers[0]!.roundTripMs!.toFixed(0));
  }
  return { mbPerSecond: rates.join(', '), roundTripMs: roundTrips.join(', ') };
}

async function main(): Promise<void> {
  for (const [link, conditions] of Object.entries(LINKS)) {
    for (const control of CONTROLS) {
      const { mbPerSecond, roundTripMs } = await measure(conditions, control);
      process.stdout.write(`${link}, ${control}: ${mbPerSecond} MB/s, round trips ${roundTripMs} ms\n`);
    }
  }
}

void main();
