import { orThrow } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { ordersClient } from '@rpcudp-examples/monorepo-client';

async function main(): Promise<void> {
  await using endpoint = await UdpEndpoint.bind();
  const orders = orThrow(ordersClient(endpoint.peer(`127.0.0.1:${process.argv[2] ?? 1234}`)));

  await orders.place('Snake Plissken', [{ sku: 'eyepatch', quantity: 2, priceCents: 450 }]);
  await orders.place('Snake Plissken', [{ sku: 'lighter', quantity: 1, priceCents: 1999 }]);

  for (const { id, totalCents, placedAt } of await orders.find('Snake Plissken')) {
    console.log(`${id}: ${totalCents} cents, ${placedAt instanceof Date ? 'dated' : 'undated'}`);
  }
}

void main();
