import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import type { ServerAddress } from './server';
import { Flooded } from './service';

const CALL_EVERY_MS = 2;
const NEWCOMER_EVERY_MS = 200;
const SMALL_BUFFERS = { receiveBufferBytes: 65_536, sendBufferBytes: 65_536 };
/** One that the flood forges, too, and one of a network that it leaves alone. */
const HOSTS = { inside: '127.16.77.7', outside: '127.200.7.7' };

/** What the callers saw while something went on. */
export interface Seen {
  /** Of the established peer's calls, in milliseconds, in ascending order. */
  readonly latenciesMs: readonly number[];
  readonly unanswered: number;
  /** The first call of each newcomer, in milliseconds; `Infinity` where it was not answered. */
  readonly newcomersMs: { readonly inside: number[]; readonly outside: number[] };
}

/** A peer that calls as regularly as a clock, whatever else goes on. */
export class EstablishedPeer {
  readonly #endpoint: UdpEndpoint;
  readonly #client: Client<Flooded>;

  private constructor(endpoint: UdpEndpoint, client: Client<Flooded>) {
    this.#endpoint = endpoint;
    this.#client = client;
  }

  static async connect(server: ServerAddress): Promise<EstablishedPeer> {
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', ...server.callers });
    return new EstablishedPeer(endpoint, clientOf(endpoint, server));
  }

  /** Calls until something is over, while newcomers come and go. */
  async callDuring(server: ServerAddress, over: Promise<unknown>): Promise<Seen> {
    let goesOn = true;
    const ended = over.finally(() => (goesOn = false));
    const latenciesMs: number[] = [];
    let unanswered = 0;
    const calls = callPaced(
      () => goesOn,
      async () => {
        const began = performance.now();
        const reply = await this.#client.next(1);
        if (reply.received) latenciesMs.push(performance.now() - began);
        else unanswered += 1;
      },
    );
    const newcomersMs = await comeAndGo(server, () => goesOn);
    await ended;
    await calls;
    return { latenciesMs: latenciesMs.sort((a, b) => a - b), unanswered, newcomersMs };
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }
}

/** Starts a call whenever one is due: one that takes long holds up no other. */
async function callPaced(goesOn: () => boolean, call: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const calls: Promise<void>[] = [];
  while (goesOn()) {
    for (const due = (performance.now() - began) / CALL_EVERY_MS; calls.length < due;) calls.push(call());
    await sleep(1);
  }
  await Promise.all(calls);
}

async function comeAndGo(server: ServerAddress, goesOn: () => boolean): Promise<Seen['newcomersMs']> {
  const newcomersMs: Seen['newcomersMs'] = { inside: [], outside: [] };
  const visits: Promise<void>[] = [];
  while (goesOn()) {
    for (const from of ['inside', 'outside'] as const) {
      visits.push(firstCallMs(HOSTS[from], server).then((ms) => void newcomersMs[from].push(ms)));
    }
    await sleep(NEWCOMER_EVERY_MS);
  }
  await Promise.all(visits);
  return newcomersMs;
}

async function firstCallMs(host: string, server: ServerAddress): Promise<number> {
  const endpoint = await UdpEndpoint.bind({ host, ...SMALL_BUFFERS, ...server.callers });
  const began = performance.now();
  const reply = await clientOf(endpoint, server).next(1);
  const ms = reply.received ? performance.now() - began : Infinity;
  await endpoint.close();
  return ms;
}

function clientOf(endpoint: UdpEndpoint, { port, peer }: ServerAddress): Client<Flooded> {
  return createClient(Flooded, endpoint.peer({ host: '127.0.0.1', port }, peer));
}
