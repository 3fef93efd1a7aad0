import { createClient, withOptions } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { registry, startMetrics } from './metrics';
import { Shop, Stock } from './shop';
import { startTelemetry, traceTree } from './telemetry';

async function main(): Promise<void> {
  const telemetry = startTelemetry();
  const host = '127.0.0.1';
  await using stock = await UdpEndpoint.bind({ host });
  await using shop = await UdpEndpoint.bind({ host, logLevel: 'error', logger: console });
  await using caller = await UdpEndpoint.bind({ host });
  startMetrics({ stock, shop, caller });
  stock.serve(new Stock());
  shop.serve(new Shop(shop.peer(stock.address)));

  const client = createClient(Shop, caller.peer(shop.address));
  console.log(await client.order('lamp').orThrow());
  console.log(await client.report().orThrow());
  await client.order('chair').then(undefined, (error: unknown) => console.log(RpcError.from(error).code));
  // Nobody is there.
  const nobody = createClient(Stock, caller.peer({ host, port: 9 }));
  await withOptions(nobody, { timeoutMs: 50 }).take('lamp');

  console.log(`\n${traceTree()}\n`);
  console.log(await registry.metrics());
  telemetry[Symbol.dispose]();
}

void main();
