import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureGrowth } from './growth';
import { LARGE_BYTES, bareWindow, largeArgument } from './large-messages';
import { measurePeers } from './many-peers';
import type { Task } from './caller';
import type { Measurement, Plan } from './measure';
import { subjects } from './subjects';

const IN_FLIGHT_ALL = [1, 64, 256, 1024];
const IN_FLIGHT_QUICK = [1, 64, 256];

const FULL: Plan = { compileMs: 6000, warmupMs: 1000, measuredMs: 2000 };
const QUICK: Plan = { compileMs: 0, warmupMs: 600, measuredMs: 400 };

/** The figures of one subject at one number of calls in flight, over all rounds. */
interface Row extends Measurement {
  readonly subject: string;
  readonly inFlight: number;
  /** Calls per second against the bare echo's of the same round. */
  readonly ratio: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const plan = values.quick === true ? QUICK : FULL;
  const inFlights = values.quick === true ? IN_FLIGHT_QUICK : IN_FLIGHT_ALL;
  const rounds = values.quick === true ? 1 : 7;
  const measured = new Map<string, Measurement[][]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // In turn within a round, so that a noisy minute touches all of them.
    for (const subject of subjects)
      measured.get(subject.name)!.push(await measure({ subject: subject.name, kind: 'calls', inFlights, plan }));
  }
  const rows = inFlights.flatMap((inFlight, at) => subjects.map(({ name }) => summarise(measured, name, inFlight, at)));
  const large = await measureLarge(plan, rounds);
  const peers = values.quick === true ? [] : [await measurePeers(10), await measurePeers(10_000)];
  const growth = values.quick === true ? [] : await measureGrowth();
  if (values.json === true) {
    console.log(JSON.stringify({ node: process.version, rounds, ...plan, rows, large, peers, growth }, undefined, 2));
    return;
  }
  print(rows, rounds);
  console.log('\n8 MiB in datagrams of 1,200 bytes\n');
  console.table(large);
  if (peers.length > 0) console.table(peers);
  if (growth.length > 0) console.table(growth);
}

/** Megabytes a second, as one argument after the other and as bare datagrams with a window. */
async function measureLarge(
  plan: Plan,
  rounds: number,
): Promise<{ subject: string; mbPerSecond: number; ratio: number }[]> {
  const rates = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [bareWindow, largeArgument]) {
      const [measured] = await measure({ subject: subject.name, kind: 'large', inFlights: [1], plan });
      const rate = (measured!.callsPerSecond * LARGE_BYTES) / 1e6;
      rates.set(subject.name, [...(rates.get(subject.name) ?? []), rate]);
    }
  }
  const baseline = median(rates.get(bareWindow.name)!);
  return [...rates].map(([subject, all]) => {
    return { subject, mbPerSecond: Number(median(all).toFixed(1)), ratio: Number((median(all) / baseline).toFixed(2)) };
  });
}

/** Measures in two fresh processes. */
async function measure(task: Task): Promise<Measurement[]> {
  const caller = fork(join(__dirname, 'caller.js'));
  caller.send(task);
  const [results] = (await once(caller, 'message')) as [Measurement[]];
  return results;
}

function summarise(measured: Map<string, Measurement[][]>, subject: string, inFlight: number, at: number): Row {
  const of = (name: string): Measurement[] => measured.get(name)!.map((round) => round[at]!);
  const [own, baseline] = [of(subject), of(subjects[0]!.name)];
  const medianOf = (figure: keyof Measurement): number => median(own.map((round) => round[figure]));
  return {
    subject,
    inFlight,
    callsPerSecond: medianOf('callsPerSecond'),
    p50Ms: medianOf('p50Ms'),
    p99Ms: medianOf('p99Ms'),
    processorMicrosPerCall: medianOf('processorMicrosPerCall'),
    ratio: median(own.map((round, index) => round.callsPerSecond / baseline[index]!.callsPerSecond)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function print(rows: readonly Row[], rounds: number): void {
  console.log(`add(a, b) between two processes on loopback, Node ${process.version}, medians of ${rounds} rounds\n`);
  console.table(
    rows.map((row) => ({
      'in flight': row.inFlight,
      'subject': row.subject,
      'calls/s': Math.round(row.callsPerSecond),
      'p50 ms': Number(row.p50Ms.toFixed(3)),
      'p99 ms': Number(row.p99Ms.toFixed(3)),
      'µs cpu/call': Number(row.processorMicrosPerCall.toFixed(1)),
      'ratio': Number(row.ratio.toFixed(2)),
    })),
  );
}

void main();
