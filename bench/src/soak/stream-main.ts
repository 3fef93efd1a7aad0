/**
 * A stream of very many values to a reader that is slower than their source, between two processes on loopback. Fails if
 * memory grows with the values that were read, if the source is pulled further ahead of the reader than the widest window and one, or
 * if a value does not come.
 *
 *   npm run soak:stream -- [--values 1000000]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { MemoryWatch, type MemoryFigures } from './memory';
import type { ServerFigures } from './server';
import { Soaked } from './service';
import { AHEAD_MAX, readSlowly } from './stream-reading';

const VALUES_DEFAULT = 1_000_000;
const VALUE_BYTES = 100;
/** After so many values the reader rests, and the source has nothing to do. */
const REST_EVERY = 1_000;
const REST_MS = 5;
/** In how many moments of the whole both processes are looked at; in each the reader rests until nothing more comes. */
const LOOKS = 24;
const LOOK_MS = 100;
/** The first look that counts: everything has been compiled by then. */
const FIRST_LOOK = 4;
const HEAP_GROWTH_MEGABYTES_MAX = 5;

/** Both processes while the reader rests. */
interface Look {
  readonly taken: number;
  readonly reader: MemoryFigures;
  readonly server: ServerFigures;
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({ options: { values: { type: 'string' } } });
  const count = Number(options.values ?? VALUES_DEFAULT);
  if (!Number.isInteger(count) || count < LOOKS * REST_EVERY)
    throw new Error(`--values must be a whole number from ${LOOKS * REST_EVERY}, not ${options.values}.`);
  const server = fork(join(__dirname, 'server.js'), { execArgv: ['--expose-gc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const client = createClient(Soaked, endpoint.peer({ host: '127.0.0.1', port }));
  const watch = new MemoryWatch();
  const looks: Look[] = [];
  const lookEvery = REST_EVERY * Math.floor(count / LOOKS / REST_EVERY);
  const look = async (so: number): Promise<void> => {
    await pause(LOOK_MS);
    looks.push({ taken: so, reader: watch.figures(), server: await ask(server) });
  };
  const began = performance.now();
  const taken = await readSlowly(client.values(count, VALUE_BYTES), (so) => {
    if (so % lookEvery === 0) return look(so);
    return so % REST_EVERY === 0 ? pause(REST_MS) : undefined;
  });
  const seconds = (performance.now() - began) / 1000;
  await endpoint.close();
  server.disconnect();
  watch.stop();
  console.log(`\n${taken} values of ${VALUE_BYTES} bytes in ${seconds.toFixed(1)} s\n`);
  report(looks);
  const faults = faultsOf(looks);
  if (taken !== count) faults.push(`${count - taken} values have not come.`);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function ask(server: ChildProcess): Promise<ServerFigures> {
  server.send('figures');
  const [figures] = (await once(server, 'message')) as [ServerFigures];
  return figures;
}

function report(looks: readonly Look[]): void {
  const [first, last] = [looks[FIRST_LOOK]!, looks.at(-1)!];
  const row = (side: 'reader' | 'server'): object => ({
    side,
    [`MB of heap at ${first.taken}`]: Number(first[side].heapMegabytes.toFixed(1)),
    [`MB of heap at ${last.taken}`]: Number(last[side].heapMegabytes.toFixed(1)),
    'longest pause, ms': Number(last[side].longestPauseMs.toFixed(1)),
  });
  console.table([row('reader'), row('server')]);
  console.log(`The source was pulled at most ${aheadMost(looks)} ahead of the reader.`);
}

function aheadMost(looks: readonly Look[]): number {
  return Math.max(...looks.map(({ taken, server }) => server.pulled - taken));
}

/** What is not as it should be, in words. */
function faultsOf(looks: readonly Look[]): string[] {
  const faults: string[] = [];
  const [first, last] = [looks[FIRST_LOOK]!, looks.at(-1)!];
  for (const side of ['reader', 'server'] as const) {
    const growth = last[side].heapMegabytes - first[side].heapMegabytes;
    if (Math.abs(growth) > HEAP_GROWTH_MEGABYTES_MAX)
      faults.push(`The ${side}'s heap has changed by ${growth.toFixed(1)} MB; it may by ${HEAP_GROWTH_MEGABYTES_MAX}.`);
  }
  const ahead = aheadMost(looks);
  if (ahead > AHEAD_MAX) faults.push(`The source was pulled ${ahead} ahead of the reader; it may be ${AHEAD_MAX}.`);
  return faults;
}

void main();
