import { orThrow } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { ordersClient, type OrdersClient } from '@rpcudp-examples/monorepo-client/orders.client';

/** What the till says in the evening: what was sold today, and the float that was in it this morning. */
async function inTheTill(client: OrdersClient, float: bigint): Promise<bigint> {
  return (await orThrow(client).turnover()) + float;
}

async function main(): Promise<void> {
  await using endpoint = await UdpEndpoint.bind();
  const client = ordersClient(endpoint.peer(`127.0.0.1:${process.argv[2] ?? 1234}`));
  console.log(`${await inTheTill(client, 10_000n)} cents in the till`);
}

void main();
