import type { Problem, ServiceModel } from '../model.js';
import { Disk } from '../program/disk.js';
import { withSlashes } from '../program/disk-questions.js';
import { compileProblems, syntaxProblems, unreadProblem } from './compile-problems.js';
import { checkImportable } from './importable-types.js';
import { openPrograms, type OpenProgram } from './open-program.js';
import { ProblemList } from './problem-list.js';
import { ServiceReader } from './read-service.js';

export interface ReadOptions {
  /** The configuration for all files. Default: for each the nearest `tsconfig.json` above it that holds it. */
  readonly tsconfig?: string | undefined;
  /** Whether `any` is a problem; otherwise it is read as `unknown`. */
  readonly strict: boolean;
  /** Whether every type that a signature names has to be an export of the service's file. Default: false. */
  readonly importTypes?: boolean;
  /** Where files are read from. Default: the disk as it is. */
  readonly disk?: Disk;
}

/**
 * Reads the services that some files declare: classes decorated with `@RpcService` of `@rpcudp/core`, and what its
 * `defineService` gives.
 *
 * @param files Absolute paths. What the compiler takes for no source has no services.
 * @returns The services in the order of the files, and what stands in the way of generating from them. A service with
 * problems is among the services, too, with `unknown` where it could not be read. `sources` are the files that were read
 * for it, other than those of installed packages.
 * @throws Error if a file or the configuration cannot be read.
 */
export function readServices(
  files: readonly string[],
  options: ReadOptions,
): { services: ServiceModel[]; problems: Problem[]; sources: string[] } {
  if (files.length === 0) return { services: [], problems: [], sources: [] };
  const { disk = new Disk() } = options;
  const programs = openPrograms(files, options.tsconfig, disk);
  const problems = new ProblemList();
  const readers = new Map(
    [...new Set(programs.values())].map((open) => [open, new ServiceReader(open, problems, options.strict)]),
  );
  const services: ServiceModel[] = [];
  for (const file of files) {
    const open = programs.get(file)!;
    const reader = readers.get(open)!;
    const source = open.program.getSourceFile(file);
    if (source === undefined) {
      if (mayHaveServices(file, disk)) problems.all.push(unreadProblem(file, open));
      continue;
    }
    const unparsed = syntaxProblems(source, open);
    problems.all.push(...unparsed);
    if (unparsed.length > 0) continue;
    for (const found of reader.declaredIn(source)) {
      const read = reader.read(found);
      if (read === undefined) continue;
      problems.all.push(...compileProblems(found, read.service, open));
      if (options.importTypes === true) checkImportable(read.service, found, read.types);
      services.push(read.service);
    }
  }
  return { services, problems: problems.all, sources: sourcesOf(programs.values()) };
}

function mayHaveServices(file: string, disk: Disk): boolean {
  return /\.[cm]?jsx?$/.test(file) && disk.readFile(withSlashes(file))?.includes('@rpcudp/core') === true;
}

function sourcesOf(programs: Iterable<OpenProgram>): string[] {
  const names = [...new Set(programs)].flatMap(({ program }) =>
    program
      .getSourceFiles()
      .filter((source) => !program.isSourceFileDefaultLibrary(source) && !source.fileName.includes('/node_modules/'))
      .map(({ fileName }) => fileName),
  );
  return [...new Set(names)];
}
