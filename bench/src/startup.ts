/** What it takes to start: the command and the packages, against a process that does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './statistics';

/** How much longer a process takes than one that does nothing, started in the same round. */
export interface StartupFigures {
  readonly started: string;
  /** Medians of all rounds, in milliseconds. */
  readonly ms: number;
  readonly moreMs: number;
  readonly rounds: number;
}

const ROUNDS = 21;

const COMMAND = join(__dirname, '../../packages/cli/bin/rpcudp.js');

/** What `node` is given; the first is the baseline. Nobody listens at the port that is called. */
const STARTED: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  "require('@rpcudp/udp')": ['-e', "require('@rpcudp/udp')"],
  "import '@rpcudp/udp'": ['--input-type=module', '-e', "import '@rpcudp/udp'"],
  'rpcudp --version': [COMMAND, '--version'],
  'rpcudp call, without an answer': [COMMAND, 'call', '127.0.0.1:9', 'Nobody.there', '--timeout', '1'],
};

/** Starts each of them in turn, so that a noisy minute touches all. */
export function measureStartup(): StartupFigures[] {
  const times = new Map<string, number[]>(Object.keys(STARTED).map((started) => [started, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [started, args] of Object.entries(STARTED)) times.get(started)!.push(timeOf(args));
  }
  const baseline = times.get('node -e 0')!;
  return [...times].map(([started, own]) => ({
    started,
    ms: rounded(median(own)),
    moreMs: rounded(median(own.map((ms, round) => ms - baseline[round]!))),
    rounds: ROUNDS,
  }));
}

function timeOf(args: readonly string[]): number {
  const began = performance.now();
  const { error } = spawnSync(process.execPath, args, { cwd: join(__dirname, '..'), stdio: 'ignore' });
  if (error !== undefined) throw error;
  return performance.now() - began;
}

function rounded(ms: number): number {
  return Number(ms.toFixed(1));
}
