import { orThrow } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { ordersClient } from '@rpcudp-examples/monorepo-client/orders.client';

await using endpoint = await UdpEndpoint.bind();
const orders = orThrow(ordersClient(endpoint.peer(`127.0.0.1:${process.argv[2] ?? 1234}`)));

await orders.place('Snake Plissken', [{ sku: 'eyepatch', quantity: 2 }]);
await orders.place('Snake Plissken', [{ sku: 'lighter', quantity: 1 }]);

for (const { id, items, total, placedAt } of await orders.find('Snake Plissken')) {
  const things = items.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
  console.log(`${id}: ${things}, ${total + 1n} cents with the bag, ${placedAt instanceof Date ? 'dated' : 'undated'}`);
}
