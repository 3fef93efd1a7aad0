/**
 * `balance` on the simulated network, held to what is promised.
 *
 *   npm run simulate -- --scenario balance [--clients 1000] [--servers 100] [--calls 200] [--seed 1] [--write-docs]
 *   npm run simulate -- --scenario balance --story [--calls 100000] [--seed 1]
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawSpread, simulateSpread, type SpreadOptions } from './spread';
import { tellStory } from './story';

const violations: string[] = [];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says a figure, and remembers if it breaks a promise. */
function figure(name: string, value: number, kept: boolean, promise: string): void {
  say(`  ${kept ? ' ' : '!'} ${name.padEnd(44)} ${String(Math.round(value * 1000) / 1000).padStart(9)}   ${promise}`);
  if (!kept) violations.push(`${name}: ${value}`);
}

async function story(calls: number, seed: number): Promise<void> {
  const began = performance.now();
  say(
    `Five servers, one silent, one slow, one restarting every second, one leaving by drain(); ${calls} calls in a minute, seed ${seed}:`,
  );
  const told = await tellStory({ calls, seed, hedge: { afterMs: 60 } });
  figure('calls that ended', told.calls, told.calls === calls, `${calls}`);
  figure("lost, executed 'no'", told.lost, told.lost === 0, '0');
  figure('ran twice, of methods that run once', told.ranTwice, told.ranTwice === 0, '0');
  figure("ran, though it was said executed 'no'", told.lies, told.lies === 0, '0');
  const most = 2 * told.healthyP99Ms;
  figure('p99 of all calls, ms', told.p99Ms, told.p99Ms <= most, `≤ 2 × the healthy one's, ${most.toFixed(1)}`);
  say(`    p50 ${told.p50Ms.toFixed(1)} ms; the healthy one's p99 ${told.healthyP99Ms.toFixed(1)} ms`);
  say(`    ${told.answered} answered, ${told.unknown} of which it is not known whether they ran`);
  say(
    `    ${told.moved} moved on, ${told.hedged} hedged, ${told.calledSilent} sent to the silent one, ${told.restarts} restarts`,
  );
  say(
    `    drained ${told.drainComplete ? 'completely' : 'not completely'}; took ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
}

/** Where the picture of the guide is, from the root. */
const PICTURE = 'docs/images/balance-spread.svg';

async function spread(options: SpreadOptions, writesDocs: boolean): Promise<void> {
  const { clients, servers, calls, seed } = options;
  const began = performance.now();
  const title = `${clients} clients, ${servers} servers, ${clients * calls} calls`;
  say(`${title}, seed ${seed}:`);
  const result = await simulateSpread(options);
  figure('calls that were answered', result.answered, result.answered === clients * calls, `${clients * calls}`);
  figure('calls of a server, farthest from the mean, %', 100 * result.farthest, result.farthest <= 0.1, '≤ 10');
  say(`    calls of a server: ${Math.min(...result.runs)} to ${Math.max(...result.runs)}`);
  say(`    p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`);
  const mib = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  say(`    ${((performance.now() - began) / 1000).toFixed(1)} s, ${mib} MiB`);
  if (!writesDocs) return;
  writeFileSync(PICTURE, drawSpread(result, title));
  say(`    ${PICTURE} written`);
}

/** A hundred thousand associations take about 2 GiB: more than simulations are given otherwise. */
const HEAP_MIB = 6_000;

/** The same in a process with a larger heap. */
function runWithMoreMemory(): void {
  const [node, program, ...args] = process.argv;
  const heap = `--max-old-space-size=${HEAP_MIB}`;
  const { status } = spawnSync(node!, [heap, program!, 'simulate.ts', ...args, '--spread'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

/** @throws Error for options that are none */
export async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      'scenario': text,
      'clients': text,
      'servers': text,
      'calls': text,
      'seed': text,
      'story': flag,
      'spread': flag,
      'write-docs': flag,
    },
  });
  const seed = Number(values.seed ?? 1);
  if (values.story === true) await story(Number(values.calls ?? 100_000), seed);
  else if (values.spread !== true) return runWithMoreMemory();
  else {
    const { clients = 1_000, servers = 100, calls = 200 } = values;
    const options = { seed, clients: Number(clients), servers: Number(servers), calls: Number(calls) };
    await spread(options, values['write-docs'] === true);
  }
  if (violations.length === 0) return;
  say(`Broken:\n- ${violations.join('\n- ')}`);
  process.exitCode = 1;
}
