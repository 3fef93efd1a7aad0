/**
 * Runs the native wire on simulated networks, one for each seed, until one breaks a promise.
 *
 *   npm run simulate -- --seeds 100000 [--from 1]
 *   npm run simulate -- --scenario outage [--seeds 1000]
 *   npm run simulate -- --scenario streams [--seeds 1000]
 *   npm run simulate -- --scenario server-drains [--seeds 1000]
 *   npm run simulate -- --seed 4711 [--scenario outage]
 *   npm run simulate -- --scenario kademlia [--nodes 1000]: networks of nodes instead; see packages/kademlia/test/simulate.ts
 *   npm run simulate -- --scenario balance [--story]: many servers behind one client; see packages/balance/test/simulate.ts
 *
 * With --streams N, each run makes so many calls with streams beside the others; some runs make a few of them in any case.
 * With --sealed, all endpoints have security: by key pairs, the server's alone, or a shared secret, as the seed decides.
 */
import { parseArgs } from 'node:util';
import { runScenario, type ScenarioResult } from './simulation/native-scenario';
import { TrafficWatch } from './simulation/native-traffic';
import { SCENARIOS, type PlanOptions } from './simulation/plan';

const PROGRESS_SEEDS = 1000;

/** The least share of calls that are answered where nothing but the network is bad. */
const FAIR_SHARE_MIN = 0.999;

/** Fewer calls than that say nothing of a share. */
const FAIR_CALLS_MIN = 10_000;

class Totals {
  seeds = 0;
  wanted = 0;
  answered = 0;
  fairWanted = 0;
  fairAnswered = 0;
  datagrams = 0;
  repeatedFrames = 0;
  ms = 0;

  add({ wanted, answered, fairWanted, fairAnswered, traffic }: ScenarioResult, ms: number): void {
    this.seeds += 1;
    this.wanted += wanted;
    this.answered += answered;
    this.fairWanted += fairWanted;
    this.fairAnswered += fairAnswered;
    this.datagrams += traffic.datagrams;
    this.repeatedFrames += traffic.repeatedFrames;
    this.ms += ms;
  }

  toString(): string {
    return [
      `${this.seeds} seeds`,
      `${this.wanted} calls`,
      `${percent(this.answered, this.wanted)} answered`,
      `${percent(this.fairAnswered, this.fairWanted)} of ${this.fairWanted} where nothing but the network was bad`,
      `${this.datagrams} datagrams`,
      `${this.repeatedFrames} calls and replies sent again`,
      `${(this.ms / Math.max(1, this.seeds)).toFixed(1)} ms a seed`,
    ].join(', ');
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('balance')) return (await import('../../balance/test/simulate')).main();
  if (process.argv.includes('kademlia')) return (await import('../../kademlia/test/simulate')).main();
  const { seed, first, last, told } = readArguments();
  const totals = new Totals();
  const byScenario = new Map(SCENARIOS.map((name) => [name, new Totals()]));
  for (let current = first; current <= last; current += 1) {
    const began = performance.now();
    const result = await runScenario(current, { ...told, traffic: new TrafficWatch(true) });
    const ms = performance.now() - began;
    totals.add(result, ms);
    byScenario.get(result.plan.scenario)!.add(result, ms);
    if (seed !== undefined) say(JSON.stringify({ ...result, traffic: undefined }, undefined, 2));
    if (result.violations.length > 0) return fail(result, told);
    if (totals.seeds % PROGRESS_SEEDS === 0) say(totals.toString());
  }
  for (const [name, each] of byScenario) if (each.seeds > 0) say(`${name}: ${each.toString()}`);
  say(`Done: ${totals.toString()}`);
  const share = totals.fairAnswered / Math.max(1, totals.fairWanted);
  if (totals.fairWanted < FAIR_CALLS_MIN || share >= FAIR_SHARE_MIN) return;
  say(`Too few were answered: at least ${100 * FAIR_SHARE_MIN} % must be where nothing but the network is bad.`);
  process.exitCode = 1;
}

function readArguments(): {
  seed: string | undefined;
  first: number;
  last: number;
  told: PlanOptions;
} {
  const text = { type: 'string' } as const;
  const sealing = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: { seed: text, seeds: text, from: text, scenario: text, streams: text, sealed: sealing },
  });
  const scenario = SCENARIOS.find((name) => name === values.scenario);
  if (values.scenario !== undefined && scenario === undefined)
    throw new Error(`There is no scenario ${values.scenario}. There are: ${SCENARIOS.join(', ')}.`);
  const streams = values.streams === undefined ? undefined : Number(values.streams);
  const first = Number(values.seed ?? values.from ?? 1);
  const last = values.seed === undefined ? first + Number(values.seeds ?? 1000) - 1 : first;
  return { seed: values.seed, first, last, told: { scenario, sealed: values.sealed, streams } };
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(3)} %`;
}

function fail({ seed, violations, plan }: ScenarioResult, { scenario, sealed, streams }: PlanOptions): void {
  say(`Seed ${seed} broke a promise:\n- ${violations.join('\n- ')}\n${JSON.stringify(plan)}`);
  const told = [
    scenario === undefined ? '' : ` --scenario ${scenario}`,
    streams === undefined ? '' : ` --streams ${streams}`,
    sealed === true ? ' --sealed' : '',
  ];
  const options = told.join('');
  say(`Repeat it: npm run simulate -- --seed ${seed}${options}`);
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
