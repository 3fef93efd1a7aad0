import { createClient } from '@rpcudp/client';
import type { RpcStream } from '@rpcudp/core';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { Market, type Tick } from './market';

const WATCHED_MS = 10_000;

/** Watches a market for ten seconds, over a network that is slow and loses a datagram in ten. */
async function watch(method: 'history' | 'price'): Promise<string> {
  const network = new SimulatedNetwork({ seed: 7, latencyMs: 50, loss: 0.1, bytesPerSecond: 8_000 });
  const { clock } = network;
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(ms, resolve));
  const server = network.bind();
  server.serve(new Market(() => clock.now, sleep));
  const market = createClient(Market, network.bind().peer(server.address));

  const ages: number[] = [];
  const ticks: RpcStream<Tick> = market[method]();
  clock.setTimer(WATCHED_MS, () => ticks.cancel());
  const read = async (): Promise<void> => {
    for await (const { at } of ticks) ages.push(clock.now - at);
  };
  await network.until(read());

  const last = Math.round(ages.at(-1)!);
  const oldest = Math.round(Math.max(...ages));
  return `${method}: ${ages.length} prices, ${ticks.missed} missed, the oldest ${oldest} ms old, the last ${last} ms`;
}

async function main(): Promise<void> {
  console.log(await watch('history'));
  console.log(await watch('price'));
}

void main();
