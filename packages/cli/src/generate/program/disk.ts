import { posix } from 'node:path';
import {
  entriesOf,
  foldersAround,
  isFile,
  isFolder,
  readText,
  realPathOf,
  type FolderEntries,
  type HashedText,
} from './disk-questions.js';
import { observationsOf, type Observations } from './observations.js';

/**
 * The files as the compiler sees them. Each question is put to the disk once, so that all programs of a run see the same,
 * and is remembered, so that a later run can tell whether anything has changed.
 */
export class Disk {
  readonly #texts = new Map<string, HashedText | undefined>();
  readonly #files = new Map<string, boolean>();
  readonly #folders = new Map<string, boolean>();
  readonly #listings = new Map<string, FolderEntries>();
  readonly #links = new Map<string, string | undefined>();
  /** Texts that count as written whatever the disk says, by their real paths, and the folders around them. */
  #presumed: ReadonlyMap<string, string> = new Map();
  #presumedFolders: ReadonlySet<string> = new Set();

  readonly readFile = (path: string): string | undefined =>
    this.#presumedText(path) ?? once(this.#texts, path, readText)?.text;

  readonly fileExists = (path: string): boolean =>
    this.#presumedText(path) !== undefined || once(this.#files, path, isFile);

  readonly directoryExists = (path: string): boolean =>
    once(this.#folders, path, isFolder) ||
    (this.#presumedFolders.size > 0 && this.#presumedFolders.has(this.realpath(path)));

  readonly entriesOf = (path: string): FolderEntries => {
    const found = once(this.#listings, path, entriesOf);
    return this.#presumed.size === 0 ? found : this.#withPresumed(this.realpath(path), found);
  };

  readonly getDirectories = (path: string): string[] => [...this.entriesOf(path).directories];

  /** The files of JSON that were read, apart from those of what is installed: `tsconfig.json` and what it extends, among others. */
  get configurations(): string[] {
    return [...this.#texts].flatMap(([path, found]) =>
      found !== undefined && path.endsWith('.json') && !path.includes('/node_modules/') ? [path] : [],
    );
  }

  /** Where a path leads, also if its end is not there yet. */
  readonly realpath = (path: string): string => {
    const real = once(this.#links, path, realPathOf);
    const parent = posix.dirname(path);
    if (real !== undefined || parent === path) return real ?? path;
    return posix.join(this.realpath(parent), posix.basename(path));
  };

  /**
   * Takes files as written from now on: what a run will write may be what its own sources import.
   *
   * @returns Whether anything that was asked so far would have been answered otherwise.
   */
  presume(files: ReadonlyMap<string, string>): boolean {
    const news = [...files].filter(([path, text]) => this.#textOf(path) !== text).map(([path]) => path);
    const wasAsked = news.length > 0 && this.#hasAskedFor(new Set(news));
    this.#presumed = files;
    this.#presumedFolders = new Set([...files.keys()].flatMap(foldersAround));
    return wasAsked;
  }

  /** @param written The real paths of what the run writes. */
  observations(written: readonly string[]): Observations {
    return observationsOf(
      {
        texts: this.#texts,
        files: this.#files,
        folders: this.#folders,
        listings: this.#listings,
        links: this.#links,
      },
      written,
    );
  }

  #presumedText(path: string): string | undefined {
    return this.#presumed.size === 0 ? undefined : this.#presumed.get(this.realpath(path));
  }

  /** As it would be read now, without asking for it. */
  #textOf(path: string): string | undefined {
    return this.#presumed.get(path) ?? readText(path)?.text;
  }

  /** Links lead to files under other names of folders, and the compiler asks for no file in a folder that is missing. */
  #hasAskedFor(paths: ReadonlySet<string>): boolean {
    const names = new Set([...paths].map((path) => posix.basename(path)));
    const folders = new Set([...paths].flatMap(foldersAround));
    const missing = [...this.#folders].flatMap(([path, found]) => (found ? [] : [path]));
    return (
      [...this.#files.keys(), ...this.#texts.keys()].some(
        (path) => names.has(posix.basename(path)) && paths.has(this.realpath(path)),
      ) || missing.some((path) => folders.has(this.realpath(path)))
    );
  }

  #withPresumed(folder: string, { files, directories }: FolderEntries): FolderEntries {
    const inside = (paths: Iterable<string>): string[] =>
      [...paths].filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path));
    return {
      files: joined(files, inside(this.#presumed.keys())),
      directories: joined(directories, inside(this.#presumedFolders)),
    };
  }
}

function once<T>(answers: Map<string, T>, path: string, ask: (path: string) => T): T {
  const known = answers.get(path);
  if (known !== undefined || answers.has(path)) return known as T;
  const answer = ask(path);
  answers.set(path, answer);
  return answer;
}

function joined(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}
