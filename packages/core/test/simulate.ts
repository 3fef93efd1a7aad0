/**
 * Runs the native wire on simulated networks, one for each seed, until one breaks a promise.
 *
 *   npm run simulate -- --seeds 100000 [--from 1]
 *   npm run simulate -- --seed 4711
 */
import { parseArgs } from 'node:util';
import { runScenario, type ScenarioResult } from './simulation/native-scenario';
import { TrafficWatch } from './simulation/native-traffic';

const PROGRESS_SEEDS = 1000;

/** The share of calls that have to be answered on networks that lose up to 30 % each way and do nothing worse. */
const CALM_SHARE_LEAST = 0.999;
/** Among fewer seeds one bad network weighs too much. */
const SEEDS_THAT_TELL = 2000;

interface Totals {
  seeds: number;
  wanted: number;
  answered: number;
  calmWanted: number;
  calmAnswered: number;
  datagrams: number;
  repeatedFrames: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, from: { type: 'string' } },
  });
  const began = performance.now();
  const totals: Totals = {
    seeds: 0,
    wanted: 0,
    answered: 0,
    calmWanted: 0,
    calmAnswered: 0,
    datagrams: 0,
    repeatedFrames: 0,
  };
  const first = Number(values.seed ?? values.from ?? 1);
  const last = values.seed === undefined ? first + Number(values.seeds ?? 1000) - 1 : first;
  for (let seed = first; seed <= last; seed += 1) {
    const result = await runScenario(seed, new TrafficWatch(true));
    add(totals, result);
    if (values.seed !== undefined) say(JSON.stringify({ ...result, traffic: undefined }, undefined, 2));
    if (result.violations.length > 0) return fail(result);
    if (totals.seeds % PROGRESS_SEEDS === 0) say(`${totals.seeds} seeds, ${summary(totals, began)}`);
  }
  say(`Done: ${totals.seeds} seeds, ${summary(totals, began)}`);
  if (totals.seeds < SEEDS_THAT_TELL || totals.calmAnswered >= CALM_SHARE_LEAST * totals.calmWanted) return;
  say(`At least ${100 * CALM_SHARE_LEAST} % have to be answered where nothing but the network was bad.`);
  process.exitCode = 1;
}

function add(totals: Totals, { wanted, answered, plan, traffic }: ScenarioResult): void {
  totals.seeds += 1;
  totals.wanted += wanted;
  totals.answered += answered;
  totals.datagrams += traffic.datagrams;
  totals.repeatedFrames += traffic.repeatedFrames;
  if (plan.trouble !== 'none') return;
  totals.calmWanted += wanted;
  totals.calmAnswered += answered;
}

function summary(totals: Totals, began: number): string {
  const { seeds, wanted, answered, calmWanted, calmAnswered, datagrams, repeatedFrames } = totals;
  const msPerSeed = (performance.now() - began) / seeds;
  return [
    `${wanted} calls`,
    `${share(answered, wanted)} answered`,
    `${share(calmAnswered, calmWanted)} where nothing but the network was bad`,
    `${datagrams} datagrams`,
    `${repeatedFrames} calls and replies sent again`,
    `${msPerSeed.toFixed(1)} ms a seed`,
  ].join(', ');
}

function share(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(3)} %`;
}

function fail({ seed, violations, plan }: ScenarioResult): void {
  say(`Seed ${seed} broke a promise:\n- ${violations.join('\n- ')}\n${JSON.stringify(plan)}`);
  say(`Repeat it: npm run simulate -- --seed ${seed}`);
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
