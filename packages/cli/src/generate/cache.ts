import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { GenerateOptions } from './config.js';
import type { Modules, ReadModules } from './modules.js';
import { hashOf, withSlashes } from './program/disk-questions.js';
import { stillHold, type Observations } from './program/observations.js';

/** What a run leaves for the next one. */
interface Remembered extends Modules {
  readonly generator: string;
  readonly files: readonly string[];
  readonly observations: Observations;
  readonly written: readonly string[];
}

/**
 * The modules of an earlier run with the same options, if nothing that they depend on has changed since: the generator, the
 * files that match, and everything that the compiler asked of the disk, by content. The compiler is not loaded for that.
 */
export function recall(files: readonly string[], options: GenerateOptions): Modules | undefined {
  const path = cacheFileOf(options);
  const found = path === undefined ? undefined : readCache(path);
  if (found?.generator !== generatorHash()) return undefined;
  if (sourcesAmong(files, found).join('\n') !== sourcesAmong(found.files, found).join('\n')) return undefined;
  return stillHold(found.observations, found.written) ? found : undefined;
}

/** Keeps modules that are right for {@link recall}. Where nothing can be written, nothing is kept. */
export function remember(files: readonly string[], options: GenerateOptions, read: ReadModules): void {
  const path = cacheFileOf(options);
  if (path === undefined) return;
  const { services, outputs, sources, observations, written } = read;
  const kept: Remembered = { generator: generatorHash(), files, services, outputs, sources, observations, written };
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Several runs may end at once, and none must see half a file.
    writeFileSync(partial, JSON.stringify(kept));
    renameSync(partial, path);
  } catch {
    // The next run reads the sources again, which takes longer and gives the same.
  }
}

/** The files that match, without those that the run has written itself. */
function sourcesAmong(files: readonly string[], { outputs }: Modules): string[] {
  const written = new Set(outputs.map(({ path }) => withSlashes(path)));
  return files.filter((file) => !written.has(file));
}

/** Where tools keep what they can do without, in the nearest `node_modules`. */
function cacheFileOf(options: GenerateOptions): string | undefined {
  const modules = nearestModules(resolve(options.cwd));
  if (modules === undefined) return undefined;
  return join(modules, '.cache/rpcudp', `generate-${hashOf(JSON.stringify(options)).slice(0, 16)}.json`);
}

function nearestModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestModules(parent);
}

function readCache(path: string): Remembered | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Remembered;
  } catch {
    return undefined;
  }
}

/** Tells one generator from another, also where a version does not: while it is being worked on. */
function generatorHash(): string {
  const require = createRequire(__filename);
  const tsMorph = require.resolve('ts-morph/package.json');
  const common = createRequire(tsMorph).resolve('@ts-morph/common/package.json');
  const own = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d|\.test)\.[jt]s$/.test(name))
    .sort()
    .map((name) => join(__dirname, name));
  return hashOf([tsMorph, common, ...own].map((path) => hashOf(readFileSync(path))).join());
}
