import { basename, dirname, resolve } from 'node:path';
import { watch as watchFiles, type ChokidarOptions, type FSWatcher } from 'chokidar';
import { CONFIG_FILES, type GenerateOptions } from './config.js';
import { generate, type GenerateResult } from './generate.js';

/** Editors write a file in several steps, and tools write many files at once. */
const QUIET_MS = 100;

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** What came of each run: its result, or what it threw. */
  readonly onRun: (run: { readonly result: GenerateResult } | { readonly error: unknown }) => void;
  /** How long nothing may change before the next run, in milliseconds. Default: 100. */
  readonly quietMs?: number;
}

/**
 * Generates now, and again after every change of a source or a configuration until it is aborted. Runs never overlap.
 *
 * @param settle Gives the options of each run; what it throws is what came of that run.
 */
export async function watch(
  settle: () => GenerateOptions,
  { signal, onRun, quietMs = QUIET_MS }: WatchOptions,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const runSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(run);
    }, quietMs);
  };
  const watched = new WatchedPaths(runSoon);
  const run = async (): Promise<void> => {
    if (signal.aborted) return;
    try {
      const options = settle();
      await watched.add(pathsOf(options));
      const result = await generate(options);
      // Types may come from anywhere, so their files are watched wherever they are.
      await watched.add(result.sources);
      onRun({ result });
    } catch (error) {
      onRun({ error });
    }
  };
  const first = settle();
  await watched.add(pathsOf(first));
  await watched.addNamed(first.cwd, [...CONFIG_FILES, 'tsconfig.json']);
  running = running.then(run);
  await aborted(signal);
  clearTimeout(timer);
  await running;
  clearTimeout(timer);
  await watched.close();
}

/** Files and folders whose changes are told. */
class WatchedPaths {
  readonly #onChange: () => void;
  readonly #paths = new Set<string>();
  readonly #watchers: FSWatcher[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Once it is over, no change is missed. A watcher says that only of the paths that it began with. */
  async add(paths: readonly string[]): Promise<void> {
    const added = paths.filter((path) => !this.#paths.has(path));
    if (added.length === 0) return;
    for (const path of added) this.#paths.add(path);
    await this.#watch(added, { ignored: isIgnored });
  }

  /** The files of these names in a folder, also those that are not there yet. */
  async addNamed(folder: string, names: readonly string[]): Promise<void> {
    await this.#watch([folder], { depth: 0, ignored: (path) => path !== folder && !names.includes(basename(path)) });
  }

  async #watch(paths: string[], options: ChokidarOptions): Promise<void> {
    const watcher = watchFiles(paths, { ...options, ignoreInitial: true });
    this.#watchers.push(watcher);
    watcher.on('all', this.#onChange);
    await new Promise<void>((ready) => watcher.once('ready', () => ready()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolved) => {
    if (signal.aborted) resolved();
    else signal.addEventListener('abort', () => resolved(), { once: true });
  });
}

/** The folders in which files can match, which is what stands before the first wildcard, and the configuration that is named. */
function pathsOf({ files, cwd, tsconfig }: GenerateOptions): string[] {
  const folders = files
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => resolve(cwd, fixedPart(pattern)));
  const config = tsconfig === undefined ? [] : [resolve(cwd, tsconfig)];
  return [...new Set([...folders, ...config])];
}

function fixedPart(pattern: string): string {
  const wildcard = pattern.search(/[*?{}()[\]!]/);
  return wildcard < 0 ? pattern : dirname(`${pattern.slice(0, wildcard)}x`);
}

/** What is installed changes rarely, and what was generated is no source. */
function isIgnored(path: string, stats?: { isFile(): boolean }): boolean {
  if (/[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(path)) return true;
  if (stats?.isFile() !== true) return false;
  return !/\.(?:[mc]?tsx?|json)$/.test(path) || /(?:\.client|\.guards|[\\/]shared\.types)\.ts$/.test(path);
}
