import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { Adder, framework } from './framework';

/** What so many peers cost the one socket that serves them: processor time of the server for each call, and memory. */
export interface PeersFigures {
  readonly peers: number;
  /** At {@link RATE} calls a second, so that both servers sleep and wake as often: what compares peers alone. */
  readonly microsPerCallPaced: number;
  /** Ten at a time, as fast as they go. Callers with more sockets are slower, and so their server wakes more often. */
  readonly microsPerCallInTurn: number;
  readonly heapBytesPerPeer: number;
}

const CALLS = 20_000;
const IN_FLIGHT = 10;
/** Calls a second, well below what ten thousand sockets of one process can make. */
const RATE = 5_000;
/** After a call's deadline nothing of it is left, and its association is idle. */
const UNTIL_IDLE_MS = 6_000;

interface ServerFigures {
  readonly processorMicros: number;
  readonly heapBytes: number;
}

/** Lets `peers` endpoints, each with a socket of its own, call one server in turn. */
export async function measurePeers(peers: number): Promise<PeersFigures> {
  const server = fork(join(__dirname, 'server.js'), [framework('native').name], { execArgv: ['--expose-gc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const ask = async (figure: 'processor' | 'heap'): Promise<ServerFigures> => {
    server.send(figure);
    const [answer] = (await once(server, 'message')) as [ServerFigures];
    return answer;
  };
  const empty = await ask('heap');
  const endpoints: UdpEndpoint[] = [];
  const adders: Client<Adder>[] = [];
  for (let n = 0; n < peers; n += 1) {
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', receiveBufferBytes: 65_536, sendBufferBytes: 65_536 });
    endpoints.push(endpoint);
    adders.push(createClient(Adder, endpoint.peer({ host: '127.0.0.1', port })));
  }
  const costOf = async (calls: () => Promise<void>): Promise<number> => {
    const before = await ask('processor');
    await calls();
    return ((await ask('processor')).processorMicros - before.processorMicros) / CALLS;
  };
  await callInTurn(adders, Math.max(CALLS, peers));
  const microsPerCallInTurn = await costOf(() => callInTurn(adders, CALLS));
  const microsPerCallPaced = await costOf(() => callPaced(adders, CALLS));
  await sleep(UNTIL_IDLE_MS);
  const idle = await ask('heap');
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  server.disconnect();
  return {
    peers,
    microsPerCallPaced,
    microsPerCallInTurn,
    heapBytesPerPeer: (idle.heapBytes - empty.heapBytes) / peers,
  };
}

async function callInTurn(adders: readonly Client<Adder>[], calls: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) await adders[next++ % adders.length]!.add(1, 2).orThrow();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Starts a call whenever one is due, by a clock that is watched all the time: a timer would start them in bursts. */
async function callPaced(adders: readonly Client<Adder>[], calls: number): Promise<void> {
  const began = performance.now();
  const started: Promise<number>[] = [];
  while (started.length < calls) {
    const due = Math.min(calls, ((performance.now() - began) * RATE) / 1000);
    while (started.length < due) started.push(adders[started.length % adders.length]!.add(1, 2).orThrow());
    await turn();
  }
  await Promise.all(started);
}
