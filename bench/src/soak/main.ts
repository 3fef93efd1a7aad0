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
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { keepInFlight } from './load';
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { calls: { type: 'string' } } });
  const calls = Number(values.calls ?? CALLS_DEFAULT);
  if (!Number.isInteger(calls) || calls < 1) throw new Error(`--calls must be a whole number, not ${values.calls}.`);
  const server = fork(join(__dirname, 'server.js'), { execArgv: ['--expose-gc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const client = createClient(Soaked, endpoint.peer({ host: '127.0.0.1', port }));
  const watch = new MemoryWatch();
  const measure = async (count: number): Promise<Measured> => {
    return { calls: count, caller: watch.figures(), server: await ask(server) };
  };
  const argument = new Uint8Array(ARGUMENT_BYTES).fill(7);
  const firstAt = Math.ceil(calls * FIRST_MEASURED_AT);
  let first: Promise<Measured> | undefined;
  const began = performance.now();
  const answered = await keepInFlight({
    calls,
    inFlight: IN_FLIGHT,
    async call() {
      const reply = await client.size(argument);
      return reply.received && reply.value === ARGUMENT_BYTES;
    },
    ended(count) {
      if (count === firstAt) first = measure(count);
      if (count % PROGRESS_CALLS === 0) console.log(`${count} calls, ${perSecond(count, began)} a second`);
    },
  });
  const rate = perSecond(calls, began);
  const last = await measure(calls);
  await endpoint.close();
  server.disconnect();
  watch.stop();
  report((await first)!, last, rate);
  const faults = faultsOf((await first)!, last, answered);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function ask(server: ChildProcess): Promise<ServerFigures> {
  server.send('figures');
  const [figures] = (await once(server, 'message')) as [ServerFigures];
  return figures;
}

function report(first: Measured, last: Measured, rate: string): void {
  console.log(`\n${last.calls} calls of ${ARGUMENT_BYTES} bytes, ${IN_FLIGHT} in flight, ${rate} a second\n`);
  const row = (side: 'caller' | 'server'): object => ({
    side,
    [`MB of heap at ${first.calls}`]: Number(first[side].heapMegabytes.toFixed(1)),
    [`MB of heap at ${last.calls}`]: Number(last[side].heapMegabytes.toFixed(1)),
    'longest pause, ms': Number(last[side].longestPauseMs.toFixed(1)),
  });
  console.table([row('caller'), row('server')]);
}

/** What is not as it should be, in words. */
function faultsOf(first: Measured, last: Measured, answered: number): string[] {
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
  if (answered !== last.calls) faults.push(`${last.calls - answered} calls were not answered.`);
  if (last.server.runs !== last.calls) faults.push(`The method ran ${last.server.runs} times.`);
  return faults;
}

function perSecond(calls: number, began: number): string {
  return Math.round(calls / ((performance.now() - began) / 1000)).toString();
}

void main();
