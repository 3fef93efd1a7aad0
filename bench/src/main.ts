import { parseArgs } from 'node:util';
import { measure, type Measurement, type Plan } from './measure';
import { subjects } from './subjects';

const IN_FLIGHT = [1, 64, 256];

/** The figures of one subject at one number of calls in flight, over all rounds. */
interface Row extends Measurement {
  readonly subject: string;
  readonly inFlight: number;
  /** Calls per second against the bare echo's of the same round. */
  readonly ratio: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const plan: Plan = values.quick === true ? { warmupMs: 200, measuredMs: 500 } : { warmupMs: 500, measuredMs: 2500 };
  const rounds = values.quick === true ? 2 : 5;
  const measured = new Map<string, Measurement[][]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // In turn within a round, so that a noisy minute touches all of them.
    for (const subject of subjects) measured.get(subject.name)!.push(await measure(subject, IN_FLIGHT, plan));
  }
  const rows = IN_FLIGHT.flatMap((inFlight, at) => subjects.map(({ name }) => summarise(measured, name, inFlight, at)));
  if (values.json === true) console.log(JSON.stringify({ node: process.version, rounds, ...plan, rows }, undefined, 2));
  else print(rows, rounds);
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
