import { relative, sep } from 'node:path';
import type { GenerateResult } from './generate.js';
import type { Problem } from './model.js';

/** What a run is reported as. */
export interface Report {
  /** For standard output. */
  readonly lines: readonly string[];
  /** For standard error. */
  readonly errors: readonly string[];
}

/** For people: one line for each file that changed, and one for each problem. */
export function reportText(result: GenerateResult, cwd: string, check: boolean): Report {
  const { changed, unchanged, problems } = result;
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const summary = `${count}. Nothing was written.`;
    return { lines: [], errors: [...problems.map((problem) => problemLine(problem, cwd)), summary] };
  }
  const names = changed.map((path) => shown(path, cwd));
  if (check) {
    const errors = names.map((name) => `${name} is out of date. Run "rpcudp generate".`);
    return errors.length > 0 ? { lines: [], errors } : { lines: [upToDate(unchanged.length)], errors };
  }
  const lines = names.map((name) => `wrote ${name}`);
  return { lines: lines.length > 0 ? lines : [upToDate(unchanged.length)], errors: [] };
}

/** For programs: one line of JSON. Paths start at the working directory and have slashes on every system. */
export function reportJson(result: GenerateResult, cwd: string, check: boolean): Report {
  const shorten = (paths: readonly string[]): string[] => paths.map((path) => shown(path, cwd));
  const report = {
    services: result.services.map(({ name, className, source, client, guards }) => ({
      name,
      className,
      source: shown(source, cwd),
      client: shown(client, cwd),
      ...(guards === undefined ? {} : { guards: shown(guards, cwd) }),
    })),
    written: check ? [] : shorten(result.changed),
    outOfDate: check ? shorten(result.changed) : [],
    unchanged: shorten(result.unchanged),
    problems: result.problems.map((problem) => ({ ...problem, file: shown(problem.file, cwd) })),
  };
  return { lines: [JSON.stringify(report)], errors: [] };
}

/** `src/greeter.ts:12:3 - Greeter.sayHi(options).onDone: A function cannot travel. …` */
export function problemLine({ file, line, column, path, message }: Problem, cwd: string): string {
  return `${shown(file, cwd)}:${line}:${column} - ${path}: ${message}`;
}

function upToDate(files: number): string {
  return files === 1 ? 'The file is up to date.' : `All ${files} files are up to date.`;
}

function shown(path: string, cwd: string): string {
  return relative(cwd, path).split(sep).join('/');
}
