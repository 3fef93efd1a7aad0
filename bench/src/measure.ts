import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as hdr from 'hdr-histogram-js';
import { measuredEnvironment } from './fresh-memory';
import type { Served, Subject } from './subject';
import type { Kind } from './subjects-of';

/** How long to run. */
export interface Plan {
  /** Before anything: with one call in flight, an optimizing compiler is at work on both processes for so long. */
  readonly compileMs: number;
  /** At each number of calls in flight. */
  readonly warmupMs: number;
  readonly measuredMs: number;
}

/** What one run showed. */
export interface Measurement {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of both processes together. */
  readonly processorMicrosPerCall: number;
}

/** Histograms count whole numbers: tenths of a microsecond. */
const UNITS_PER_MS = 10_000;

/** Runs a subject at several numbers of calls in flight, its server in a fresh process. */
export async function measure(
  subject: Subject,
  inFlights: readonly number[],
  plan: Plan,
  kind: Kind = 'calls',
): Promise<Measurement[]> {
  const server = fork(join(__dirname, 'server.js'), [subject.name, kind], { env: measuredEnvironment() });
  const [served] = (await once(server, 'message')) as [Served];
  const connection = await subject.connect(served);
  const results: Measurement[] = [];
  await connection.run(inFlights[0]!, after(plan.compileMs), () => undefined);
  for (const inFlight of inFlights) {
    await connection.run(inFlight, after(plan.warmupMs), () => undefined);
    results.push(await measureOnce(connection.run.bind(connection, inFlight), server, plan));
  }
  await connection.close();
  server.disconnect();
  return results;
}

async function measureOnce(
  run: (stop: () => boolean, record: (ms: number) => void) => Promise<void>,
  server: ChildProcess,
  plan: Plan,
): Promise<Measurement> {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 100_000_000,
    numberOfSignificantValueDigits: 3,
  });
  const processorBefore = process.cpuUsage();
  const serverBefore = await processorTime(server);
  const started = performance.now();
  await run(after(plan.measuredMs), (ms) => histogram.recordValue(Math.round(ms * UNITS_PER_MS)));
  const elapsedMs = performance.now() - started;
  const own = process.cpuUsage(processorBefore);
  const processorMicros = own.user + own.system + (await processorTime(server)) - serverBefore;
  return {
    callsPerSecond: (histogram.totalCount / elapsedMs) * 1000,
    p50Ms: histogram.getValueAtPercentile(50) / UNITS_PER_MS,
    p99Ms: histogram.getValueAtPercentile(99) / UNITS_PER_MS,
    processorMicrosPerCall: processorMicros / histogram.totalCount,
  };
}

/** What a server's process has used of processors so far, in microseconds. */
export async function processorTime(server: ChildProcess): Promise<number> {
  server.send('processor');
  const [{ processorMicros }] = (await once(server, 'message')) as [{ processorMicros: number }];
  return processorMicros;
}

function after(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
