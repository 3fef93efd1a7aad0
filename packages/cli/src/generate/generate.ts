import { glob } from 'tinyglobby';
import { misuse } from '../failure.js';
import { recall, remember } from './cache.js';
import type { GenerateOptions } from './config.js';
import type { Problem } from './model.js';
import type { GeneratedService, Modules } from './modules.js';
import { isUpToDate, write } from './output-files.js';

/** What came of a run. Paths are absolute. */
export interface GenerateResult {
  readonly services: readonly GeneratedService[];
  /** Files that were written, or that would be if it were not for `check`. */
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** If there is one, nothing was written. */
  readonly problems: readonly Problem[];
  /** The files that were read: those that were asked for, those that their types come from, and configurations. */
  readonly sources: readonly string[];
}

/** Declarations have no classes to read, and neither has what is installed. */
const IGNORED = ['**/node_modules/**', '**/*.d.ts', '**/*.d.mts', '**/*.d.cts'];

/**
 * Reads services and writes their modules, if there is nothing wrong with any of them. Files that are right already are
 * not touched, and no file is ever removed. Sources are read only if anything has changed since the last run.
 *
 * @param check Write nothing; only say what would change.
 * @throws CommandFailure (misuse) if no file matches, or none of them has a service.
 */
export async function generate(
  options: GenerateOptions,
  { check = false }: { check?: boolean } = {},
): Promise<GenerateResult> {
  const files = await matchingFiles(options);
  const { services, outputs, sources, problems } = recalled(files, options) ?? (await read(files, options));
  if (problems.length > 0) return { services: [], changed: [], unchanged: [], problems, sources };
  const unchanged = outputs.filter(isUpToDate);
  const changed = outputs.filter((file) => !unchanged.includes(file));
  if (!check) changed.forEach(write);
  return {
    services,
    changed: changed.map(({ path }) => path),
    unchanged: unchanged.map(({ path }) => path),
    problems: [],
    sources,
  };
}

/** In an order that does not depend on the file system. */
async function matchingFiles({ files, cwd }: GenerateOptions): Promise<string[]> {
  const found = await glob([...files], { cwd, absolute: true, ignore: IGNORED, expandDirectories: false });
  if (found.length > 0) return found.sort();
  throw misuse(`No file matches ${files.map((pattern) => `"${pattern}"`).join(', ')}.`);
}

type Found = Modules & { readonly problems: readonly Problem[] };

function recalled(files: readonly string[], options: GenerateOptions): Found | undefined {
  const modules = recall(files, options);
  return modules && { ...modules, problems: [] };
}

async function read(files: readonly string[], options: GenerateOptions): Promise<Found> {
  // The compiler takes long to load.
  const { readModules } = await import('./modules.js');
  const found = readModules(files, options);
  if (found.services.length === 0 && found.problems.length === 0) {
    throw misuse(
      `No class with @RpcService and no defineService() is in ${files.length === 1 ? 'the file' : 'any file'} that matches.`,
    );
  }
  if (found.problems.length === 0) remember(files, options, found);
  return found;
}
