/** What a worker does: tries inputs on the targets, in turn, until the time is over or something is found. */
import { parentPort } from 'node:worker_threads';
import { CoverageSession, type CoverageFigures } from './coverage';
import { Fuzzer, type Finding } from './fuzzer';
import { minimised } from './minimise';
import { readCorpus } from './inputs';
import { SharedInput } from './shared-input';
import type { Saw, Target } from './target';
import { TARGETS, prepare } from './targets';

/** What a worker is asked for. */
export type Job =
  | {
      readonly kind: 'fuzz';
      readonly targets: readonly string[];
      readonly seed: number;
      readonly seconds: number;
      /** Whether to tell of the inputs that were worth keeping. */
      readonly keep: boolean;
    }
  | { readonly kind: 'try'; readonly inputs: readonly { readonly target: string; readonly input: Uint8Array }[] };

/** What a worker is started with. */
export interface WorkerStart {
  readonly memory: SharedArrayBuffer;
  readonly script: string;
  readonly job: Job;
}

/** What there is to say of one target. */
export interface TargetFigures {
  readonly target: string;
  readonly executions: number;
  readonly ms: number;
  readonly corpus: number;
  readonly features: number;
  readonly coverage: CoverageFigures;
}

/** What a worker tells. */
export type Report =
  | { readonly kind: 'figures'; readonly figures: readonly TargetFigures[] }
  | { readonly kind: 'found'; readonly target: string; readonly input: Uint8Array; readonly said: string }
  | { readonly kind: 'tried'; readonly said: string | undefined; readonly story: readonly string[] }
  | { readonly kind: 'kept'; readonly target: string; readonly inputs: readonly Uint8Array[] }
  | { readonly kind: 'done' };

const FIGURES_EVERY_MS = 5000;
const TURN_MS = 100;
const MINIMISE = { triesMax: 4000, msMax: 5000 };

export async function work({ memory, script, job }: WorkerStart): Promise<void> {
  await prepare();
  const shared = new SharedInput(memory);
  if (job.kind === 'try') tryAll(job.inputs, shared);
  else fuzz(job, shared, new CoverageSession(script));
  tell({ kind: 'done' });
}

function tell(report: Report): void {
  parentPort!.postMessage(report);
}

function tryAll(inputs: readonly { readonly target: string; readonly input: Uint8Array }[], shared: SharedInput): void {
  for (const { target: name, input } of inputs) {
    const story: string[] = [];
    const target = targetOf(name);
    shared.set(TARGETS.indexOf(target), input);
    const said = failureOf(target, input, (feature) => story.push(feature));
    tell({ kind: 'tried', said, story });
  }
}

function fuzz(job: Job & { kind: 'fuzz' }, shared: SharedInput, session: CoverageSession): void {
  const fuzzers = job.targets.map((name) => newFuzzer(targetOf(name), job.seed, shared, session));
  const end = performance.now() + 1000 * job.seconds;
  let figuresAt = 0;
  while (performance.now() < end) {
    for (const fuzzer of fuzzers) {
      const finding = batches(fuzzer);
      if (finding !== undefined) return tellFinding(fuzzer.target, finding, shared);
    }
    if (performance.now() < figuresAt) continue;
    figuresAt = performance.now() + FIGURES_EVERY_MS;
    tell({ kind: 'figures', figures: fuzzers.map(figuresOf) });
  }
  tell({ kind: 'figures', figures: fuzzers.map(figuresOf) });
  if (job.keep) for (const fuzzer of fuzzers) tellKept(fuzzer, shared, session);
}

/** What a target does in its turn, which takes about as long for each. */
function batches(fuzzer: Fuzzer): Finding | undefined {
  const end = performance.now() + TURN_MS;
  let finding: Finding | undefined;
  do finding = fuzzer.batch();
  while (finding === undefined && performance.now() < end);
  return finding;
}

function newFuzzer(target: Target, seed: number, shared: SharedInput, session: CoverageSession): Fuzzer {
  const index = TARGETS.indexOf(target);
  const corpus = readCorpus(target.name);
  return new Fuzzer(target, { seed: seed * 64 + index, session, corpus, trying: (input) => shared.set(index, input) });
}

/** At once, and again when it has been made short: that may hang. */
function tellFinding(target: Target, { input, error }: Finding, shared: SharedInput): void {
  const found = { kind: 'found', target: target.name, said: saidBy(error) } as const;
  tell({ ...found, input });
  const key = keyOf(found.said);
  const fails = (candidate: Uint8Array): boolean => {
    shared.set(TARGETS.indexOf(target), candidate);
    const said = failureOf(target, candidate);
    return said !== undefined && keyOf(said) === key;
  };
  const short = minimised(input, fails, { unit: target.unit, ...MINIMISE });
  tell({ ...found, input: short, said: failureOf(target, short) ?? found.said });
}

/** The shortest inputs come first, so that longer ones are kept only for what is in none of them. */
function tellKept(fuzzer: Fuzzer, shared: SharedInput, session: CoverageSession): void {
  const index = TARGETS.indexOf(fuzzer.target);
  const corpus = [...fuzzer.corpus].sort((one, other) => one.length - other.length);
  const target = { ...fuzzer.target, batch: 1, seeds: () => [] };
  const trying = (input: Uint8Array): void => shared.set(index, input);
  const distilling = new Fuzzer(target, { seed: 0, session, corpus: [], trying });
  distilling.distil(corpus);
  tell({ kind: 'kept', target: target.name, inputs: distilling.corpus });
}

function figuresOf({ target, executions, ms, corpus, features, coverage }: Fuzzer): TargetFigures {
  return { target: target.name, executions, ms, corpus: corpus.length, features, coverage };
}

function failureOf(target: Target, input: Uint8Array, saw: Saw = () => undefined): string | undefined {
  try {
    target.run(input, saw);
    return undefined;
  } catch (error) {
    return saidBy(error);
  }
}

/** The message first, on a line of its own. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = error.name === 'Violation' ? error.message : `${error.name}: ${error.message}`;
  return [said.replaceAll('\n', ' '), ...(error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))].join(
    '\n',
  );
}

/** Two failures with the same one are the same fault. */
function keyOf(said: string): string {
  return said
    .split('\n')[0]!
    .replaceAll(/[\da-f]*\d[\da-f.]*/g, '0')
    .slice(0, 80);
}

function targetOf(name: string): Target {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`There is no target ${name}.`);
  return target;
}
