import { writeCorpus, writeCrash } from './inputs';
import { shortHang } from './short-hang';
import type { Report, TargetFigures } from './worker';
import { runWorker, type Death } from './watched-worker';

/** What `npm run fuzz` is told. */
export interface Campaign {
  readonly script: string;
  readonly targets: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  readonly workers: number;
  readonly keep: boolean;
}

const PROGRESS_MS = 10_000;

/** Fuzzes for so long, or until something is found; says what came of it. */
export async function fuzz({ script, targets, seed, seconds, workers, keep }: Campaign): Promise<void> {
  const began = performance.now();
  const figures = new Map<number, readonly TargetFigures[]>();
  const kept = new Map<string, Uint8Array[]>();
  const findings: (Death | undefined)[] = [];
  let saidAt = began;
  say(`Seed ${seed}, ${targets.join(', ')}, ${seconds} s, workers: ${workers}`);
  const hear = (worker: number, report: Report): void => {
    if (report.kind === 'found') findings[worker] = report;
    if (report.kind === 'kept') kept.set(report.target, [...(kept.get(report.target) ?? []), ...report.inputs]);
    if (report.kind !== 'figures') return;
    figures.set(worker, report.figures);
    if (performance.now() - saidAt < PROGRESS_MS) return;
    saidAt = performance.now();
    say(`${Math.round((saidAt - began) / 1000)} s: ${[...figures.values()].flat().map(progressOf).join('; ')}`);
  };
  const seedOf = (worker: number): number => seed + 1_000_000 * worker;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const job = { kind: 'fuzz', targets, seed: seedOf(worker), seconds, keep } as const;
      const death = await runWorker(script, job, (report) => hear(worker, report));
      if (death !== undefined) findings[worker] ??= await shortHang(script, death);
    }),
  );
  const tookSeconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const each of figures.values()) say(each.map(lineOf).join('\n'));
  for (const [target, inputs] of kept) say(`${target}: ${writeCorpus(target, inputs)} inputs kept`);
  for (const finding of findings.filter((each) => each !== undefined)) report(finding, tookSeconds);
  if (findings.length === 0) say(`Nothing was found in ${tookSeconds} s.`);
}

function report({ target, input, said }: Death, tookSeconds: string): void {
  const path = writeCrash(target, input, said);
  say(`\nFound on ${target} after ${tookSeconds} s, by an input of ${input.length} bytes:\n${said}`);
  say(`It is in ${path}. Repeat it: npm run fuzz -- --input ${path}`);
  process.exitCode = 1;
}

function progressOf({ target, executions, coverage }: TargetFigures): string {
  return `${target} ${executions} (${percent(coverage.share)})`;
}

function lineOf({ target, executions, ms, corpus, features, coverage }: TargetFigures): string {
  const perSecond = Math.round((1000 * executions) / Math.max(1, ms));
  const { functions, share } = coverage;
  const covered = `${percent(share)} of the code of ${functions} functions`;
  return `${target}: ${executions} inputs, ${perSecond} a second, ${covered}, ${features} features, corpus of ${corpus}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
