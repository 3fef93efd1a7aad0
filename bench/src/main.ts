import { parseArgs } from 'node:util';
import { busyPollSubjects } from './busy-poll';
import { measureDht } from './dht';
import { measureFresh } from './fresh-process';
import { framework } from './framework';
import { measureCores, type CoresRow } from './cores/measure-cores';
import { measureGrowth } from './growth';
import { LARGE_BYTES, largeSubjects } from './large-messages';
import { measurePeers } from './many-peers';
import type { Task } from './caller';
import type { Measurement, Plan } from './measure';
import { median, quartiles } from './statistics';
import type { Subject } from './subject';
import { measureStreams, streamsNotice, type StreamRow } from './streams/measure-streams';
import { measureStartup } from './startup';
import { subjects } from './subjects';
import { telemetrySubjects } from './telemetry';

/** Rounds of one measurement after the other, each of all subjects in fresh processes. */
interface Series {
  readonly inFlights: readonly number[];
  readonly rounds: number;
  readonly plan: Plan;
}

/**
 * With one call in flight, processes differ most from each other: docs/decisions/0013. Large messages are measured by the
 * plan of the last series.
 */
const FULL: readonly Series[] = [
  { inFlights: [1], rounds: 21, plan: { compileMs: 4000, warmupMs: 500, measuredMs: 1500 } },
  { inFlights: [64, 256, 1024], rounds: 7, plan: { compileMs: 2000, warmupMs: 1000, measuredMs: 2000 } },
];
const QUICK: readonly Series[] = [
  { inFlights: [1, 64, 256], rounds: 1, plan: { compileMs: 0, warmupMs: 600, measuredMs: 400 } },
];

/** What is measured, and what `--only` names. */
const PARTS = ['calls', 'large', 'streams', 'peers', 'growth', 'telemetry', 'dht', 'busy-poll', 'cores'] as const;

/** The figures of one subject at one number of calls in flight, over all rounds. */
interface Row extends Measurement {
  readonly subject: string;
  readonly inFlight: number;
  readonly rounds: number;
  /** Calls per second against the bare echo's of the same round. */
  readonly ratio: number;
  /** Between which the ratios of the middle half of the rounds lie. */
  readonly ratioQuartiles: readonly [number, number];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      startup: { type: 'boolean' },
      only: { type: 'string', multiple: true, default: [...PARTS] },
    },
  });
  if (values.startup === true) return printTable(`Starting, Node ${process.version}`, measureStartup());
  const unknown = values.only.filter((part) => !PARTS.some((known) => known === part));
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}, not ${unknown.join(', ')}.`);
  const results = await measureParts(values.only, values.quick === true);
  if (values.json === true) console.log(JSON.stringify({ node: process.version, ...results }, undefined, 2));
  else print(results);
}

/** What a run shows, with nothing where it was not asked for. */
interface Results {
  readonly series: readonly Series[];
  readonly rows: readonly Row[];
  readonly large: readonly object[];
  readonly streams: readonly StreamRow[];
  readonly peers: readonly object[];
  readonly growth: readonly object[];
  readonly cores: readonly CoresRow[];
  readonly telemetry: readonly Row[];
  readonly dht: readonly object[];
  readonly busyPoll: readonly Row[];
}

/** Nothing, where it was not asked for. */
async function measureIf<T>(asked: boolean, measuring: () => Promise<T[]>): Promise<T[]> {
  return asked ? measuring() : [];
}

async function measureParts(only: readonly string[], quick: boolean): Promise<Results> {
  const series = quick ? QUICK : FULL;
  const last = series.at(-1)!;
  const has = (part: (typeof PARTS)[number]): boolean => only.includes(part);
  const rows: Row[] = [];
  if (has('calls')) for (const each of series) rows.push(...(await measureCalls(each, subjects, 'calls')));
  return {
    series,
    rows,
    large: has('large') ? await measureLarge(last) : [],
    streams: has('streams') ? await measureStreams(last.rounds, last.plan) : [],
    peers: has('peers') && !quick ? [await measurePeers(10), await measurePeers(10_000)] : [],
    growth: await measureIf(has('growth') && !quick, measureGrowth),
    cores: await measureIf(has('cores'), () => measureCores(quick)),
    telemetry: has('telemetry') ? await measureCalls(last, telemetrySubjects, 'telemetry') : [],
    dht: await measureIf(has('dht'), async () => [await measureDht('rpcudp'), await measureDht('native')]),
    busyPoll: await measureIf(has('busy-poll'), () => measureBusyPoll(series)),
  };
}

/** One call in flight: with more, a process hardly ever sleeps. */
async function measureBusyPoll(series: readonly Series[]): Promise<Row[]> {
  const rows = series.map((each) => measureCalls({ ...each, inFlights: [1] }, busyPollSubjects, 'busy-poll'));
  return (await Promise.all(rows)).flat();
}

function print({ rows, large, streams, peers, growth, telemetry, dht, busyPoll, cores }: Results): void {
  if (rows.length > 0) printCalls(rows);
  printTable('Encrypted against in the clear, of the same rounds', compareEncrypted(rows));
  printTable('Messages of 8 MiB, by the size of datagrams; of the bare window one after the other', large);
  printTable('A stream from server to client, in datagrams of 1,200 bytes', streams);
  if (streams.length > 0) console.log(streamsNotice() ?? '');
  if (peers.length > 0) console.table(peers);
  if (growth.length > 0) console.table(growth);
  printTable('Workers that share a port, called by 16 callers of one process', cores);
  if (telemetry.length > 0) printCalls(telemetry);
  printTable('A value of a DHT on loopback, asked for by nodes that do not hold it', dht);
  if (busyPoll.length > 0) printCalls(busyPoll);
}

function printTable(title: string, rows: readonly object[]): void {
  if (rows.length === 0) return;
  console.log(`\n${title}\n`);
  console.table(rows);
}

async function measureCalls(
  { inFlights, rounds, plan }: Series,
  candidates: readonly Subject[],
  kind: Task['kind'],
): Promise<Row[]> {
  const measured = new Map<string, Measurement[][]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // In turn within a round, so that a noisy minute touches all of them.
    for (const { name: subject } of candidates)
      measured.get(subject)!.push(await measureFresh({ subject, kind, inFlights, plan }));
  }
  const baseline = candidates[0]!.name;
  return inFlights.flatMap((inFlight, at) =>
    candidates.map(({ name: subject }) => summarise({ measured, baseline, subject, inFlight, at })),
  );
}

/** With one, each side waits while the other encodes or decodes. */
const LARGE_IN_FLIGHT = [1, 2];

/** Megabytes a second and processor time. */
async function measureLarge({ plan, rounds }: Series): Promise<object[]> {
  const measured = new Map<string, Measurement[][]>(largeSubjects.flat().map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name: subject } of largeSubjects.flat())
      measured.get(subject)!.push(await measureFresh({ subject, kind: 'large', inFlights: LARGE_IN_FLIGHT, plan }));
  }
  return largeSubjects.flatMap((ofOneSize) => {
    const baseline = ofOneSize[0]!.name;
    return LARGE_IN_FLIGHT.flatMap((inFlight, at) =>
      ofOneSize.map(({ name: subject }) => largeRow(summarise({ measured, baseline, subject, inFlight, at }))),
    );
  });
}

function largeRow({
  subject,
  inFlight,
  callsPerSecond,
  processorMicrosPerCall,
  ratio,
  ratioQuartiles,
  rounds,
}: Row): object {
  return {
    subject,
    'in flight': inFlight,
    'MB/s': Number(((callsPerSecond * LARGE_BYTES) / 1e6).toFixed(1)),
    'ms cpu/MB': Number((processorMicrosPerCall / 1e3 / (LARGE_BYTES / 1e6)).toFixed(2)),
    'ratio': Number(ratio.toFixed(2)),
    'middle half': ratioQuartiles.map((each) => each.toFixed(2)).join('–'),
    rounds,
  };
}

/** Whose figures are summarised, against whose. */
interface Summarised {
  readonly measured: Map<string, Measurement[][]>;
  readonly baseline: string;
  readonly subject: string;
  readonly inFlight: number;
  /** Which of the figures of a round these are. */
  readonly at: number;
}

function summarise({ measured, baseline: baselineName, subject, inFlight, at }: Summarised): Row {
  const of = (name: string): Measurement[] => measured.get(name)!.map((round) => round[at]!);
  const [own, baseline] = [of(subject), of(baselineName)];
  const medianOf = (figure: keyof Measurement): number => median(own.map((round) => round[figure]));
  const ratios = own.map((round, index) => round.callsPerSecond / baseline[index]!.callsPerSecond);
  return {
    subject,
    inFlight,
    rounds: own.length,
    callsPerSecond: medianOf('callsPerSecond'),
    p50Ms: medianOf('p50Ms'),
    p99Ms: medianOf('p99Ms'),
    processorMicrosPerCall: medianOf('processorMicrosPerCall'),
    ratio: median(ratios),
    ratioQuartiles: quartiles(ratios),
  };
}

/** What encryption costs: the share of calls a second that is left, and how much longer the median call takes. */
function compareEncrypted(rows: readonly Row[]): object[] {
  const [plain, encrypted] = [false, true].map((each) => framework('native', each).name);
  return rows.flatMap((row) => {
    const other = rows.find(({ subject, inFlight }) => subject === encrypted && inFlight === row.inFlight);
    if (row.subject !== plain || other === undefined) return [];
    return {
      'in flight': row.inFlight,
      'calls/s left': Number((other.ratio / row.ratio).toFixed(2)),
      'µs more': Number(((other.p50Ms - row.p50Ms) * 1000).toFixed(1)),
    };
  });
}

function printCalls(rows: readonly Row[]): void {
  console.log(`add(a, b) between two processes on loopback, Node ${process.version}, medians of all rounds\n`);
  console.table(
    rows.map((row) => ({
      'in flight': row.inFlight,
      'subject': row.subject,
      'calls/s': Math.round(row.callsPerSecond),
      'p50 ms': Number(row.p50Ms.toFixed(3)),
      'p99 ms': Number(row.p99Ms.toFixed(3)),
      'µs cpu/call': Number(row.processorMicrosPerCall.toFixed(1)),
      'ratio': Number(row.ratio.toFixed(2)),
      'middle half': row.ratioQuartiles.map((ratio) => ratio.toFixed(2)).join('–'),
      'rounds': row.rounds,
    })),
  );
}

void main();
