import { UdpEndpoint } from '@rpcudp/udp';
import { Greeter } from './greeter';

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 1234);
  const endpoint = await UdpEndpoint.bind({ port });
  endpoint.serve(new Greeter());
  console.log(`Greeter listens on port ${endpoint.address.port}.`);
}

void main();
