import { UdpEndpoint } from '@rpcudp/udp';
import { stockGuards } from '@rpcudp-examples/monorepo-client/stock.guards';
import { Stock } from './stock';

async function main(): Promise<void> {
  const endpoint = await UdpEndpoint.bind({ port: Number(process.argv[2] ?? 1235) });
  endpoint.serve(new Stock(), { guards: stockGuards });
  console.log(`Stock listens on port ${endpoint.address.port}.`);
}

void main();
