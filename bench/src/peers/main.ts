/**
 * What others offer beside this framework: small calls on loopback, each in two fresh processes, in turn, for some rounds.
 *
 *   npm run bench:peers [-- --quick] [--rounds 5] [--only 'grpc|rpcudp'] [--json run.json] [--write-docs]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFresh } from '../fresh-process';
import type { Measurement, Plan } from '../measure';
import { withTables } from '../network/documents';
import { installPeers } from '../network/subjects/peers';
import { figure, markdownTable, textTable, type Columns } from '../network/table';
import { median } from '../statistics';
import { missingPeers, OURS, peerSubjects } from './peer-subjects';

const IN_FLIGHT = [1, 64, 256];
const ROUNDS = 5;
const FULL: Plan = { compileMs: 1500, warmupMs: 700, measuredMs: 1500 };
const QUICK: Plan = { compileMs: 1000, warmupMs: 400, measuredMs: 400 };
const ROOT = join(__dirname, '../../..');
const DOCUMENT = join(ROOT, 'docs/performance.md');

/** The medians of one subject at one number of calls in flight, over all rounds. */
interface Row {
  readonly inFlight: number;
  readonly subject: string;
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly processorMicros: number;
  /** Calls a second against the bare echo's, and against ours, of the same round. */
  readonly ofBare: number;
  readonly ofOurs: number;
}

const COLUMNS: Columns<Row> = {
  'in flight': ({ inFlight }) => String(inFlight),
  'subject': ({ subject }) => subject,
  'calls/s': ({ callsPerSecond }) => Math.round(callsPerSecond).toLocaleString('en-US'),
  'p50 ms': ({ p50Ms }) => p50Ms.toFixed(3),
  'p99 ms': ({ p99Ms }) => p99Ms.toFixed(3),
  'µs cpu/call': ({ processorMicros }) => figure(processorMicros),
  '× bare': ({ ofBare }) => figure(ofBare),
  '× rpcudp': ({ ofOurs }) => figure(ofOurs),
};

/** What was measured, by the name of the subject: a list of rounds, each with figures for each number of calls in flight. */
type Measured = ReadonlyMap<string, readonly (readonly Measurement[])[]>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'quick': { type: 'boolean', default: false },
      'rounds': { type: 'string' },
      'only': { type: 'string' },
      'json': { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a number from 1 on, not ${values.rounds}.`);
  installPeers();
  const rows = rowsOf(await measureInTurn(chosen(values.only), rounds, values.quick ? QUICK : FULL));
  const notice = noticeOf(rounds);
  console.log(`${notice}\n\n${textTable(rows, COLUMNS)}`);
  if (values.json !== undefined) {
    const file = resolve(process.env.INIT_CWD ?? '.', values.json);
    writeFileSync(file, `${JSON.stringify({ node: process.version, notice, rows }, undefined, 2)}\n`);
  }
  if (values['write-docs']) writeTable(`${notice}\n\n${markdownTable(rows, COLUMNS)}`);
}

/** The subjects to be measured: the baselines in any case. */
function chosen(only: string | undefined): string[] {
  const missing = missingPeers();
  for (const [name, why] of missing) console.log(`Without ${name}: ${why}.`);
  const pattern = new RegExp(only ?? '', 'i');
  const [bare] = peerSubjects;
  return peerSubjects
    .map(({ name }) => name)
    .filter((name) => !missing.has(name) && (name === bare!.name || name === OURS || pattern.test(name)));
}

async function measureInTurn(subjects: readonly string[], rounds: number, plan: Plan): Promise<Measured> {
  const measured = new Map<string, Measurement[][]>(subjects.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of subjects) {
      console.error(`round ${round} of ${rounds}: ${subject}`);
      measured.get(subject)!.push(await measureFresh({ subject, kind: 'peers', inFlights: IN_FLIGHT, plan }));
    }
  }
  return measured;
}

function rowsOf(measured: Measured): Row[] {
  const [bare] = peerSubjects;
  return IN_FLIGHT.flatMap((inFlight, at) => {
    const rateOf = (name: string, round: number): number => measured.get(name)![round]![at]!.callsPerSecond;
    const rows = [...measured].map(([subject, rounds]): Row => {
      const medianOf = (one: keyof Measurement): number => median(rounds.map((round) => round[at]![one]));
      const against = (name: string): number =>
        median(rounds.map((round, index) => round[at]!.callsPerSecond / rateOf(name, index)));
      return {
        inFlight,
        subject,
        callsPerSecond: medianOf('callsPerSecond'),
        p50Ms: medianOf('p50Ms'),
        p99Ms: medianOf('p99Ms'),
        processorMicros: medianOf('processorMicrosPerCall'),
        ofBare: against(bare!.name),
        ofOurs: against(OURS),
      };
    });
    return rows.sort((a, b) => b.callsPerSecond - a.callsPerSecond);
  });
}

function noticeOf(rounds: number): string {
  const processors = cpus();
  return (
    `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in turn, Node ${process.version}, ` +
    `${processors.length} cores of ${processors[0]?.model.trim() ?? 'an unknown kind'}.`
  );
}

function writeTable(table: string): void {
  writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), { peers: table }));
  execFileSync('npx', ['prettier', '--log-level', 'warn', '--write', DOCUMENT], { cwd: ROOT, stdio: 'inherit' });
}

void main();
