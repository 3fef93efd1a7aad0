/**
 * Calls without a pause for long, between two processes on loopback, and fails if memory grows with the calls that were
 * made, if the garbage collector makes either process wait, or if a call is not answered.
 *
 *   npm run soak -- [--calls 30000000]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, type Client } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { keepInFlight, type Outcome } from './load';
import { MemoryWatch, type MemoryFigures } from './memory';
import type { ServerFigures } from './server';
import { Soaked } from './service';

const CALLS_DEFAULT = 30_000_000;
const IN_FLIGHT = 1_000;
const ARGUMENT_BYTES = 1_000;
/** The heap is measured first when this share of the calls has been made: everything has been compiled by then. */
const FIRST_MEASURED_AT = 1 / 6;
const HEAP_GROWTH_MEGABYTES_MAX = 5;
const PAUSE_MS_MAX = 50;
const PROGRESS_CALLS = 1_000_000;

/** Both processes at one moment. */
interface Measured {
  readonly calls: number;
  readonly caller: MemoryFigures;
  readonly server: ServerFigures;
}

/** What came of the load. */
interface Soak extends Outcome {
  readonly first: Measured;
  readonly last: Measured;
  readonly callsPerSecond: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { calls: { type: 'string' } } });
  const calls = Number(values.calls ?? CALLS_DEFAULT);
  if (!Number.isInteger(calls) || calls < 1) throw new Error(`--calls must be a whole number, not ${values.calls}.`);
  const server = fork(join(__dirname, 'server.js'), { execArgv: ['--expose-gc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const client = createClient(Soaked, endpoint.peer({ host: '127.0.0.1', port }));
  const watch = new MemoryWatch();
  const soaked = await soak(client, calls, async () => ({ caller: watch.figures(), server: await ask(server) }));
  const { runs } = await ask(server);
  await endpoint.close();
  server.disconnect();
  watch.stop();
  report(soaked);
  const faults = faultsOf(soaked, runs);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function soak(
  client: Client<Soaked>,
  calls: number,
  measure: () => Promise<Omit<Measured, 'calls'>>,
): Promise<Soak> {
  const argument = new Uint8Array(ARGUMENT_BYTES).fill(7);
  const firstAt = Math.ceil(calls * FIRST_MEASURED_AT);
  let first: Measured | undefined;
  let last: Measured | undefined;
  let callsPerSecond = 0;
  const began = performance.now();
  const outcome = await keepInFlight({
    inFlight: IN_FLIGHT,
    // Measured under load: a table that gives memory back only when it is empty does so when the load ends.
    more: (made) => made < calls || first === undefined || last === undefined,
    async call() {
      const reply = await client.size(argument);
      return reply.received && reply.value === ARGUMENT_BYTES;
    },
    ended(count) {
      if (count === firstAt) void measure().then((both) => (first = { calls: count, ...both }));
      if (count % PROGRESS_CALLS === 0) console.log(`${count} calls, ${perSecond(count, began)} a second`);
      if (count !== calls) return;
      callsPerSecond = perSecond(calls, began);
      void measure().then((both) => (last = { calls: count, ...both }));
    },
  });
  return { ...outcome, first: first!, last: last!, callsPerSecond };
}

async function ask(server: ChildProcess): Promise<ServerFigures> {
  server.send('figures');
  const [figures] = (await once(server, 'message')) as [ServerFigures];
  return figures;
}

function report({ first, last, callsPerSecond }: Soak): void {
  console.log(`\n${last.calls} calls of ${ARGUMENT_BYTES} bytes, ${IN_FLIGHT} in flight, ${callsPerSecond} a second\n`);
  const row = (side: 'caller' | 'server'): object => ({
    side,
    [`MB of heap at ${first.calls}`]: Number(first[side].heapMegabytes.toFixed(1)),
    [`MB of heap at ${last.calls}`]: Number(last[side].heapMegabytes.toFixed(1)),
    'longest pause, ms': Number(last[side].longestPauseMs.toFixed(1)),
  });
  console.table([row('caller'), row('server')]);
}

/** What is not as it should be, in words. */
function faultsOf({ first, last, made, answered }: Soak, runs: number): string[] {
  const faults: string[] = [];
  for (const side of ['caller', 'server'] as const) {
    const growth = last[side].heapMegabytes - first[side].heapMegabytes;
    if (Math.abs(growth) > HEAP_GROWTH_MEGABYTES_MAX)
      faults.push(`The ${side}'s heap has changed by ${growth.toFixed(1)} MB; it may by ${HEAP_GROWTH_MEGABYTES_MAX}.`);
    const pauseMs = last[side].longestPauseMs;
    if (pauseMs >= PAUSE_MS_MAX)
      faults.push(
        `The collector made the ${side} wait for ${pauseMs.toFixed(1)} ms; it has to be below ${PAUSE_MS_MAX}.`,
      );
  }
  if (answered !== made) faults.push(`${made - answered} calls were not answered.`);
  if (runs !== made) faults.push(`The method ran ${runs} times for ${made} calls.`);
  return faults;
}

function perSecond(calls: number, began: number): number {
  return Math.round(calls / ((performance.now() - began) / 1000));
}

void main();
