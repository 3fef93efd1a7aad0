import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient, type Client } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { processorTime } from '../measure';
import { median } from '../statistics';
import { Desk, spin } from './desk';

/** Who serves: how many workers, 0 for an endpoint of its own. */
const SERVERS = [0, 1, 2] as const;
type Server = (typeof SERVERS)[number];
const NAMES: Record<Server, string> = { 0: 'an endpoint alone', 1: 'one worker', 2: 'two workers' };

/** Enough that chance gives each of two workers its part. */
const CALLERS = 16;
const ROUNDS = 3;
const IN_FLIGHT = 32;
const WARMUP_MS = 700;
const MEASURED_MS = 1500;

/** What is asked of them. */
interface Task {
  readonly name: string;
  readonly inFlight: number;
  readonly call: (desk: Client<Desk>) => Promise<unknown>;
}

interface Measured {
  readonly callsPerSecond: number;
  readonly processorMicrosPerCall: number;
}

/** One line of what is shown. */
export interface CoresRow {
  readonly 'calls': string;
  readonly 'server': string;
  readonly 'in flight': number;
  readonly 'calls/s': number;
  readonly 'µs cpu/call': number;
  readonly 'of one worker': number;
}

/** Workers at one port against one of them and against an endpoint alone: calls of 1 ms of processor time, and small ones. */
export async function measureCores(quick: boolean): Promise<CoresRow[]> {
  const rounds = quick ? 1 : ROUNDS;
  const steps = stepsOf(1);
  const tasks: Task[] = [
    { name: '1 ms of work', inFlight: IN_FLIGHT, call: (desk) => desk.work(steps).orThrow() },
    { name: 'add(a, b)', inFlight: 1, call: (desk) => desk.add(1, 2).orThrow() },
    { name: 'add(a, b)', inFlight: 256, call: (desk) => desk.add(1, 2).orThrow() },
  ];
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const server of SERVERS) {
      const results = await measureServer(server, tasks);
      results.forEach((each, at) => {
        const key = `${server} ${at}`;
        measured.set(key, [...(measured.get(key) ?? []), each]);
      });
    }
  }
  return tasks.flatMap((task, at) =>
    SERVERS.map((server) => rowOf(task, server, measured.get(`${server} ${at}`)!, measured.get(`1 ${at}`)!)),
  );
}

function rowOf(task: Task, server: Server, own: readonly Measured[], one: readonly Measured[]): CoresRow {
  const ratios = own.map(({ callsPerSecond }, round) => callsPerSecond / one[round]!.callsPerSecond);
  return {
    'calls': task.name,
    'server': NAMES[server],
    'in flight': task.inFlight,
    'calls/s': Math.round(median(own.map(({ callsPerSecond }) => callsPerSecond))),
    'µs cpu/call': Number(median(own.map(({ processorMicrosPerCall }) => processorMicrosPerCall)).toFixed(1)),
    'of one worker': Number(median(ratios).toFixed(2)),
  };
}

/** In a fresh process. */
async function measureServer(workers: Server, tasks: readonly Task[]): Promise<Measured[]> {
  const server = fork(join(__dirname, 'server.js'), [String(workers)]);
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const endpoints = await Promise.all(Array.from({ length: CALLERS }, () => UdpEndpoint.bind({ host: '127.0.0.1' })));
  const desks = endpoints.map((endpoint) => createClient(Desk, endpoint.peer({ host: '127.0.0.1', port })));
  const results: Measured[] = [];
  for (const task of tasks) {
    await run(task, desks, WARMUP_MS);
    const before = await processorTime(server);
    const began = performance.now();
    const calls = await run(task, desks, MEASURED_MS);
    const elapsedMs = performance.now() - began;
    const processorMicros = (await processorTime(server)) - before;
    results.push({ callsPerSecond: (calls / elapsedMs) * 1000, processorMicrosPerCall: processorMicros / calls });
  }
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  server.disconnect();
  return results;
}

/** Calls for so long, so many at once, each with the next caller; gives how many were answered. */
async function run({ inFlight, call }: Task, desks: readonly Client<Desk>[], forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  let answered = 0;
  const loop = async (first: number): Promise<void> => {
    const desk = desks[first % desks.length]!;
    while (performance.now() < end) {
      await call(desk);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => loop(index)));
  return answered;
}

/** How many steps of {@link spin} take so many milliseconds of a processor that does nothing else: the fastest of many tries. */
function stepsOf(ms: number): number {
  const tried = 1_000_000;
  let bestMs = Infinity;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const began = performance.now();
    spin(tried);
    bestMs = Math.min(bestMs, performance.now() - began);
  }
  return Math.round((tried * ms) / bestMs);
}
