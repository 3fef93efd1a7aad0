/** One server of the cluster: a process that main.ts starts. It leaves as a service manager asks for it, by SIGTERM. */
import { UdpEndpoint } from '@rpcudp/udp';
import { Orders } from './orders';

async function main(): Promise<void> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  endpoint.serve(new Orders((taken) => process.send!({ taken })));
  process.once('SIGTERM', () => void leave(endpoint));
  process.send!({ port: endpoint.address.port });
}

async function leave(endpoint: UdpEndpoint): Promise<void> {
  // Orders that begin are refused from now on, and go to other servers; those that are being taken are finished.
  await endpoint.drain();
  await endpoint.close();
  process.disconnect();
}

void main();
