/** Which parts of the sources have run, as V8 counts it. */
import { Session, type Profiler } from 'node:inspector';
import { readFileSync } from 'node:fs';

type FunctionCoverage = Profiler.FunctionCoverage;

/** A stretch of a script, in characters. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What of a function has never run. */
interface KnownFunction {
  readonly whole: Stretch;
  missing: readonly Stretch[];
}

/** What was covered, for people. */
export interface CoverageFigures {
  readonly functions: number;
  /** Stretches of code, between branches, of these functions that have run, and that have not. */
  readonly missing: number;
  /** The share of the code of these functions that has run. */
  readonly share: number;
}

/** Reads which blocks have run since it was last asked; keeps nothing of it. One for each thread. */
export class CoverageSession {
  readonly #session = new Session();
  readonly #script: string;
  readonly #sources: readonly Stretch[];

  constructor(script: string) {
    this.#script = script;
    this.#sources = sourcesIn(readFileSync(script, 'utf8'));
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** The functions of the sources that have run since the last time. */
  take(): FunctionCoverage[] {
    let functions: FunctionCoverage[] = [];
    // On the thread's own session it answers before it returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      functions = result.find(({ url }) => url.endsWith(this.#script))?.functions ?? [];
    });
    return functions.filter(({ ranges }) => ranges[0]!.count > 0 && this.#isSource(ranges[0]!.startOffset));
  }

  #isSource(offset: number): boolean {
    return this.#sources.some(({ start, end }) => offset >= start && offset < end);
  }
}

/** All that inputs of one target have covered. */
export class Coverage {
  readonly #functions = new Map<number, KnownFunction>();

  /** Whether something has run that never had before. */
  hasNews(functions: readonly FunctionCoverage[]): boolean {
    return functions.some((one) => this.#isNews(one));
  }

  add(functions: readonly FunctionCoverage[]): void {
    for (const { ranges } of functions) {
      const [{ startOffset: start, endOffset: end }] = ranges as [Profiler.CoverageRange];
      const known = this.#functions.get(start);
      const missing = missingOf(ranges);
      if (known === undefined) this.#functions.set(start, { whole: { start, end }, missing });
      else known.missing = both(known.missing, missing);
    }
  }

  figures(): CoverageFigures {
    const known = [...this.#functions.values()];
    const all = sum(known.map(({ whole }) => whole));
    const missing = known.flatMap((each) => each.missing);
    return { functions: known.length, missing: missing.length, share: all === 0 ? 0 : 1 - sum(missing) / all };
  }

  #isNews({ ranges }: FunctionCoverage): boolean {
    const known = this.#functions.get(ranges[0]!.startOffset);
    if (known === undefined) return true;
    return known.missing.length > 0 && sum(both(known.missing, missingOf(ranges))) < sum(known.missing);
  }
}

/** The stretches that have not run: V8 tells of each that its surroundings have run and it has not. */
function missingOf(ranges: readonly Profiler.CoverageRange[]): Stretch[] {
  return ranges.flatMap(({ count, startOffset: start, endOffset: end }) => (count === 0 ? [{ start, end }] : []));
}

/** What is in both of two lists of stretches, each in order and without overlaps. */
function both(left: readonly Stretch[], right: readonly Stretch[]): Stretch[] {
  const common: Stretch[] = [];
  for (const one of left) {
    for (const other of right) {
      const start = Math.max(one.start, other.start);
      const end = Math.min(one.end, other.end);
      if (start < end) common.push({ start, end });
    }
  }
  return common;
}

function sum(stretches: readonly Stretch[]): number {
  return stretches.reduce((total, { start, end }) => total + end - start, 0);
}

/** Where the sources stand in the bundle, which says before each file what it is. */
function sourcesIn(bundle: string): Stretch[] {
  const heads = [...bundle.matchAll(/^\/\/ (\S+\.[cm]?[jt]s)$/gm)];
  return heads.flatMap(({ index, 1: name }, at) => {
    const isSource = /^packages\/core\/src\/(?!testing\/)|^node_modules\/@msgpack/.test(name!);
    return isSource ? [{ start: index, end: heads[at + 1]?.index ?? bundle.length }] : [];
  });
}
