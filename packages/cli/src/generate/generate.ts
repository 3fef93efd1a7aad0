import { basename, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { misuse } from '../failure.js';
import type { GenerateOptions } from './config.js';
import type { Problem } from './model.js';
import { isUpToDate, outputOf, write, type OutputFile, type ServiceOutput } from './output-files.js';
import { readServices } from './read/index.js';

/** What came of a run. Paths are absolute. */
export interface GenerateResult {
  readonly services: readonly GeneratedService[];
  /** Files that were written, or that would be if it were not for `check`. */
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** If there is one, nothing was written. */
  readonly problems: readonly Problem[];
  /** The files that were read: those that were asked for, and those that their types come from. */
  readonly sources: readonly string[];
}

export interface GeneratedService {
  readonly name: string;
  readonly className: string;
  readonly source: string;
  readonly client: string;
  readonly guards: string | undefined;
}

/** Declarations have no classes to read, and neither has what is installed. */
const IGNORED = ['**/node_modules/**', '**/*.d.ts', '**/*.d.mts', '**/*.d.cts'];

/**
 * Reads services and writes their modules, if there is nothing wrong with any of them. Files that are right already are
 * not touched, and no file is ever removed.
 *
 * @param check Write nothing; only say what would change.
 * @throws CommandFailure (misuse) if no file matches, or none of them has a service.
 */
export async function generate(
  options: GenerateOptions,
  { check = false }: { check?: boolean } = {},
): Promise<GenerateResult> {
  const files = await matchingFiles(options);
  const { services, problems, sources } = readServices(files, {
    strict: options.strict,
    importTypes: options.importTypes,
    tsconfig: options.tsconfig === undefined ? undefined : resolve(options.cwd, options.tsconfig),
  });
  if (services.length === 0 && problems.length === 0) {
    throw misuse(`No class with @RpcService is in ${files.length === 1 ? 'the file' : 'any file'} that matches.`);
  }
  const outputs = services.map((service) => outputOf(service, options));
  const found = [...problems, ...outputs.flatMap((output) => output.problems), ...sharedFiles(outputs)];
  if (found.length > 0) return { services: [], changed: [], unchanged: [], problems: found, sources };
  const { changed, unchanged } = compare(outputs);
  if (!check) changed.forEach(write);
  return {
    services: outputs.map(summaryOf),
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

function compare(outputs: readonly ServiceOutput[]): { changed: OutputFile[]; unchanged: OutputFile[] } {
  const files = outputs.flatMap(({ client, guards }) => (guards === undefined ? [client] : [client, guards]));
  const unchanged = files.filter(isUpToDate);
  return { changed: files.filter((file) => !unchanged.includes(file)), unchanged };
}

/** Two services that would write the same file. */
function sharedFiles(outputs: readonly ServiceOutput[]): Problem[] {
  const owners = new Map<string, ServiceOutput>();
  return outputs.flatMap((output) => {
    // Where names differ only in case, some file systems see one file.
    const key = output.client.path.toLowerCase();
    const owner = owners.get(key);
    owners.set(key, owner ?? output);
    return owner === undefined ? [] : [sharedFile(output, owner)];
  });
}

function sharedFile({ service, client }: ServiceOutput, { service: other }: ServiceOutput): Problem {
  const name = basename(client.path);
  return {
    file: service.sourceFile,
    ...(service.position ?? { line: 1, column: 1 }),
    path: service.className,
    message:
      `${name} would hold ${other.className} of ${other.name} and ${service.className} of ${service.name}. ` +
      'Rename one of the classes, or generate them into two folders.',
  };
}

function summaryOf({ service, client, guards }: ServiceOutput): GeneratedService {
  const { name, className, sourceFile } = service;
  return { name, className, source: sourceFile, client: client.path, guards: guards?.path };
}
