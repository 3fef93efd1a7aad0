import { posix, relative } from 'node:path';
import { ts } from 'ts-morph';
import { compilerHost } from '../program/compiler-host.js';
import { Disk } from '../program/disk.js';
import { withSlashes } from '../program/disk-questions.js';
import { Projects, type ProjectConfig } from '../program/projects.js';

/** The sources as the compiler sees them. */
export interface OpenProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The `tsconfig.json` that it was opened with, if there is one. */
  readonly config: string | undefined;
  /** The same program by the options of the project alone: as its own compiler sees it. */
  readonly asConfigured: () => ts.Program;
}

/**
 * Opens source files, each in a program with the configuration that owns it; those of one configuration share theirs.
 *
 * @param files Absolute paths.
 * @param tsconfig A configuration for all of them. Default: for each file the nearest above it that holds it.
 * @returns The program of each file.
 * @throws Error if a configuration cannot be read.
 */
export function openPrograms(
  files: readonly string[],
  tsconfig: string | undefined,
  disk = new Disk(),
): ReadonlyMap<string, OpenProgram> {
  const projects = new Projects(disk, tsconfig === undefined ? undefined : withSlashes(tsconfig));
  const byConfig = new Map<ProjectConfig, string[]>();
  for (const file of files) {
    const owner = projects.ownerOf(withSlashes(file));
    byConfig.set(owner, [...(byConfig.get(owner) ?? []), file]);
  }
  return new Map(
    [...byConfig].flatMap(([config, own]) => {
      const open = openProgram(own, config, { disk, projects });
      return own.map((file) => [file, open] as const);
    }),
  );
}

/** How a program was opened, as a sentence for those who look for what it does not find. */
export function howItWasRead({ config }: OpenProgram): string {
  if (config === undefined) return 'It was read without a tsconfig.json: there is none above it.';
  const name = withSlashes(relative(process.cwd(), config));
  return `It was read with ${name.startsWith('..') ? config : name}.`;
}

/** Without these `string | null` is read as `string`, and `x?: string` as `x?: string | undefined`. */
const AS_WRITTEN: ts.CompilerOptions = { strictNullChecks: true, exactOptionalPropertyTypes: true };
/** What only matters where a program is built. */
const NOT_BUILT: ts.CompilerOptions = { noEmit: true, composite: false, incremental: false, declaration: false };

function openProgram(
  files: readonly string[],
  { path, options: configured, fileNames, references }: ProjectConfig,
  from: { readonly disk: Disk; readonly projects: Projects },
): OpenProgram {
  // The compiler of most users takes all of @types where nothing is said, and this one takes none.
  const own = { ...configured, ...NOT_BUILT, types: configured.types ?? ['*'] };
  // Of the project's own files only those that declare globals are needed; imports are followed anyway.
  const rootNames = [...new Set([...files, ...fileNames.filter((name) => declaresGlobals(name, from.disk))])];
  const folder = path === undefined ? process.cwd() : posix.dirname(path);
  const create = (options: ts.CompilerOptions): ts.Program =>
    ts.createProgram({
      rootNames,
      options,
      projectReferences: references,
      host: compilerHost(options, folder, from),
    });
  const program = create({ ...own, ...AS_WRITTEN });
  return { program, checker: program.getTypeChecker(), config: path, asConfigured: () => create(own) };
}

/** Whether a file may add to what all files see. One that does not is opened in vain, which costs time and no more. */
function declaresGlobals(file: string, disk: Disk): boolean {
  if (!/\.[cm]?tsx?$/.test(file)) return false;
  if (/\.d\.[cm]?ts$/.test(file)) return true;
  const text = disk.readFile(file) ?? '';
  return /\bdeclare\s+(?:global|module)\b/.test(text) || !/^(?:import|export)\b/m.test(text);
}
