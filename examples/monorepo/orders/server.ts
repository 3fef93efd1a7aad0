import { UdpEndpoint } from '@rpcudp/udp';
import { ordersGuards } from '@rpcudp-examples/monorepo-client/orders.guards';
import { stockClient } from '@rpcudp-examples/monorepo-client/stock.client';
import { Orders } from './orders';

async function main(): Promise<void> {
  const [port = 1234, stockPort = 1235] = process.argv.slice(2).map(Number);
  const endpoint = await UdpEndpoint.bind({ port });
  const stock = stockClient(endpoint.peer(`127.0.0.1:${stockPort}`));
  endpoint.serve(new Orders(stock), { guards: ordersGuards });
  console.log(`Orders listens on port ${endpoint.address.port}.`);
}

void main();
