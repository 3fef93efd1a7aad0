import { posix } from 'node:path';
import { ts } from 'ts-morph';
import type { Disk } from './disk.js';

/** What a `tsconfig.json` says, with what it extends. */
export interface ProjectConfig {
  /** The path of the file; undefined if there is none, and the compiler's defaults hold. */
  readonly path: string | undefined;
  readonly options: ts.CompilerOptions;
  /** The files that it holds. */
  readonly fileNames: readonly string[];
  readonly references: readonly ts.ProjectReference[];
}

/** A configuration that lists no files is fine here: the files come from the caller. */
const NO_INPUTS = [18002, 18003];
/** What another version of the compiler knows is no matter for types. */
const UNKNOWN_OPTIONS = [5023, 5025];

const NO_CONFIG: ProjectConfig = {
  path: undefined,
  options: {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
  },
  fileNames: [],
  references: [],
};

/** Finds the configuration by which the compiler, or an editor, reads a file. */
export class Projects {
  readonly #disk: Disk;
  readonly #given: string | undefined;
  readonly #parsed = new Map<string, ts.ParsedCommandLine>();
  readonly #extended = new Map<string, ts.ExtendedConfigCacheEntry>();
  readonly #configs = new Map<string, ProjectConfig & { readonly holds: ReadonlySet<string> }>();

  /** @param given A configuration to take for all files, whether it holds them or not. */
  constructor(disk: Disk, given: string | undefined) {
    this.#disk = disk;
    this.#given = given;
  }

  /**
   * The configuration that owns a file: the nearest above it that holds it, itself or by its references. If none does, the
   * nearest that is more than a list of references.
   *
   * @throws Error if a configuration cannot be read.
   */
  ownerOf(file: string): ProjectConfig {
    if (this.#given !== undefined) return this.#holderOf(file, this.#given) ?? this.#config(this.#given);
    return this.#ownerAmong(this.#configsAbove(file), file);
  }

  /**
   * The configuration that owns a file which is about to be written: one that was given is for what is read, and has the last
   * word only where there is no other.
   */
  ownerOfOutput(file: string): ProjectConfig {
    const above = this.#configsAbove(file);
    return above.length === 0 ? this.ownerOf(file) : this.#ownerAmong(above, file);
  }

  #ownerAmong(above: readonly string[], file: string): ProjectConfig {
    for (const path of above) {
      const holder = this.#holderOf(file, path);
      if (holder !== undefined) return holder;
    }
    const [nearest = NO_CONFIG, ...others] = above.map((path) => this.#config(path));
    return isSolution(nearest) ? (others.find((config) => !isSolution(config)) ?? nearest) : nearest;
  }

  /** What the compiler makes of a configuration; undefined if there is none. */
  readonly parse = (path: string): ts.ParsedCommandLine | undefined => {
    const known = this.#parsed.get(path);
    if (known !== undefined) return known;
    const host: ts.ParseConfigFileHost = {
      useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
      getCurrentDirectory: () => posix.dirname(path),
      fileExists: this.#disk.fileExists,
      readFile: this.#disk.readFile,
      readDirectory: (...asked) => matchFiles(this.#disk, ...asked),
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw unreadable(path, diagnostic);
      },
    };
    const parsed = ts.getParsedCommandLineOfConfigFile(path, undefined, host, this.#extended);
    if (parsed !== undefined) this.#parsed.set(path, parsed);
    return parsed;
  };

  #config(path: string): ProjectConfig & { readonly holds: ReadonlySet<string> } {
    const known = this.#configs.get(path);
    if (known !== undefined) return known;
    const parsed = this.parse(path)!;
    const wrong = parsed.errors.find(({ code }) => !NO_INPUTS.includes(code) && !UNKNOWN_OPTIONS.includes(code));
    if (wrong !== undefined) throw unreadable(path, wrong);
    const { options, fileNames, projectReferences: references = [] } = parsed;
    const config = { path, options, fileNames, references, holds: new Set(fileNames) };
    this.#configs.set(path, config);
    return config;
  }

  #holderOf(file: string, path: string, seen = new Set<string>()): ProjectConfig | undefined {
    seen.add(path);
    const config = this.#config(path);
    if (config.holds.has(file)) return config;
    for (const reference of config.references) {
      const next = ts.resolveProjectReferencePath(reference);
      if (seen.has(next) || !this.#disk.fileExists(next)) continue;
      const holder = this.#holderOf(file, next, seen);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  /** The nearest first. */
  #configsAbove(file: string): string[] {
    const folder = posix.dirname(file);
    const path = posix.join(folder, 'tsconfig.json');
    const here = this.#disk.fileExists(path) ? [path] : [];
    return folder === file || folder === '.' ? here : [...here, ...this.#configsAbove(folder)];
  }
}

/** A configuration that does nothing but name others. */
function isSolution({ fileNames, references }: ProjectConfig): boolean {
  return fileNames.length === 0 && references.length > 0;
}

function unreadable(file: string, { messageText }: ts.Diagnostic): Error {
  return new Error(`${file} cannot be read: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

/** The compiler's own way to match files, which it keeps to itself; another one would find other files. */
function matchFiles(
  { entriesOf, realpath }: Disk,
  ...[root, extensions, excludes, includes, depth]: Parameters<ts.ParseConfigHost['readDirectory']>
): readonly string[] {
  const { matchFiles: match } = ts as unknown as { matchFiles(...args: readonly unknown[]): readonly string[] };
  const { useCaseSensitiveFileNames } = ts.sys;
  return match(root, extensions, excludes, includes, useCaseSensitiveFileNames, root, depth, entriesOf, realpath);
}
