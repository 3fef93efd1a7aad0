import { UdpEndpoint } from '@rpcudp/udp';
import { ordersGuards } from '@rpcudp-examples/monorepo-client/guards';
import { Orders } from './orders';

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 1234);
  const endpoint = await UdpEndpoint.bind({ port });
  endpoint.serve(new Orders(), { guards: ordersGuards });
  console.log(`Orders listens on port ${endpoint.address.port}.`);
}

void main();
