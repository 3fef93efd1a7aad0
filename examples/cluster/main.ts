/** Three servers and a client. One server is killed, one drains, and what became of all orders is counted. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { balance } from '@rpcudp/balance';
import { createClient } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { Orders } from './orders';

const ORDERS = 600;

/** How often each order was taken, as the servers tell. */
const taken = new Map<number, number>();
const ends = { answered: 0, unknown: 0, lost: 0 };

async function startServer(): Promise<{ readonly process: ChildProcess; readonly address: string }> {
  const process = fork(join(__dirname, 'server.ts'));
  const [{ port }] = (await once(process, 'message')) as [{ readonly port: number }];
  process.on('message', (message: { readonly taken: number }) => {
    taken.set(message.taken, (taken.get(message.taken) ?? 0) + 1);
  });
  return { process, address: `127.0.0.1:${port}` };
}

async function main(): Promise<void> {
  const servers = await Promise.all([startServer(), startServer(), startServer()]);
  const [killed, leaving, staying] = servers.map(({ process }) => process) as [
    ChildProcess,
    ChildProcess,
    ChildProcess,
  ];
  console.log('Three servers are there.');

  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const channel = balance(endpoint, { targets: servers.map(({ address }) => address), timeoutMs: 2_000 });
  const orders = createClient(Orders, channel);

  const placed: Promise<void>[] = [];
  for (let order = 0; order < ORDERS; order += 1) {
    placed.push(place(order));
    if (order === ORDERS / 3) console.log(`One is killed: ${killed.kill('SIGKILL')}.`);
    if (order === (2 * ORDERS) / 3) console.log(`One drains: ${leaving.kill('SIGTERM')}.`);
    await setTimeout(2);
  }
  await Promise.all(placed);
  if (leaving.exitCode === null) await once(leaving, 'exit');
  console.log(`The one that drained has left with exit code ${leaving.exitCode}.`);
  const twice = [...taken.values()].filter((times) => times > 1).length;
  console.log(
    `${ORDERS} orders: ${ends.answered} answered; ${ends.unknown} of the killed one, which nobody can tell of.`,
  );
  console.log(`${ends.lost} lost that were not taken, ${twice} taken twice.`);

  staying.kill();
  channel.close();
  await endpoint.close();

  async function place(order: number): Promise<void> {
    try {
      await orders.place(order).orThrow();
      ends.answered += 1;
    } catch (error) {
      const { executed } = RpcError.from(error);
      ends[executed === 'no' ? 'lost' : 'unknown'] += 1;
    }
  }
}

void main();
