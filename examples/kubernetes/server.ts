import { setTimeout as sleep } from 'node:timers/promises';
import { UdpEndpoint } from '@rpcudp/udp';
import { DRAIN_MS, FAREWELL_MS } from './leaving';
import { Orders } from './orders';

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 1234);
  const farewellMs = Number(process.argv[3] ?? FAREWELL_MS);
  const endpoint = await UdpEndpoint.bind({ port, health: true });
  endpoint.serve(new Orders());
  process.once('SIGTERM', () => void leave(endpoint, farewellMs));
  console.log(`Orders listens on port ${endpoint.address.port}.`);
}

/** Kubernetes has said that this server is to go. */
async function leave(endpoint: UdpEndpoint, farewellMs: number): Promise<void> {
  const drained = endpoint.drain({ timeoutMs: DRAIN_MS });
  console.log('Refusing new calls.');
  console.log('Drained:', JSON.stringify(await drained));
  await sleep(farewellMs);
  await endpoint.close();
}

void main();
