import { UdpEndpoint } from '@rpcudp/udp';
import { Store } from './store';

async function main(): Promise<void> {
  const endpoint = await UdpEndpoint.bind({ port: Number(process.argv[2] ?? 1234) });
  endpoint.serve(new Store());
  console.log(`Store listens on port ${endpoint.address.port}.`);
}

void main();
