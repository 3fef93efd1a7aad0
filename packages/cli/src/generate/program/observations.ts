/** What a run has seen of the disk, so that a later one can tell whether it would see the same. */
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

/** Questions to the disk by path, and what it said. */
export interface Observed {
  readonly texts: ReadonlyMap<string, HashedText | undefined>;
  readonly files: ReadonlyMap<string, boolean>;
  readonly folders: ReadonlyMap<string, boolean>;
  readonly listings: ReadonlyMap<string, FolderEntries>;
  readonly links: ReadonlyMap<string, string | undefined>;
}

/** The same as JSON, without what depends on the files that the run has written. */
export interface Observations {
  /** Hashes of texts; null where there is no file. */
  readonly texts: Answers<string | null>;
  readonly files: Answers<boolean>;
  readonly folders: Answers<boolean>;
  readonly listings: Answers<FolderEntries>;
  readonly links: Answers<string | null>;
}

type Answers<T> = readonly (readonly [path: string, answer: T])[];

/** @param written The real paths of what the run writes. */
export function observationsOf(observed: Observed, written: readonly string[]): Observations {
  const own = new OwnFiles(written);
  const foreign = <T, U>(answers: ReadonlyMap<string, T>, shown: (answer: T) => U): Answers<U> =>
    [...answers].flatMap(([path, answer]) => (own.hold(path) ? [] : [[path, shown(answer)] as const]));
  return {
    texts: foreign(observed.texts, (found) => found?.hash ?? null),
    files: foreign(observed.files, (found) => found),
    folders: foreign(observed.folders, (found) => found),
    listings: [...listingsWithNewFolders(observed.listings, own)].map(([path, found]) => [
      path,
      own.without(path, found),
    ]),
    links: foreign(observed.links, (found) => found ?? null),
  };
}

/** Whether the disk says now what it said then. */
export function stillHold(observations: Observations, written: readonly string[]): boolean {
  const { texts, files, folders, listings, links } = observations;
  const own = new OwnFiles(written);
  const same = (path: string, { files: names, directories }: FolderEntries): boolean => {
    const now = own.without(path, entriesOf(path));
    return now.files.join('/') === names.join('/') && now.directories.join('/') === directories.join('/');
  };
  return (
    texts.every(([path, hash]) => (readText(path)?.hash ?? null) === hash) &&
    files.every(([path, found]) => isFile(path) === found) &&
    folders.every(([path, found]) => isFolder(path) === found) &&
    links.every(([path, target]) => (realPathOf(path) ?? null) === target) &&
    listings.every(([path, found]) => same(path, found))
  );
}

/** Folders that the run makes were not there to be listed: what others put into them later is news. */
function listingsWithNewFolders(
  listings: ReadonlyMap<string, FolderEntries>,
  own: OwnFiles,
): ReadonlyMap<string, FolderEntries> {
  const all = new Map(listings);
  for (const folder of own.folders) {
    const around = all.get(posix.dirname(folder));
    if (around === undefined || around.directories.includes(posix.basename(folder))) continue;
    all.set(folder, { files: [], directories: [] });
  }
  return all;
}

/** What a run writes: its files, and the folders that they need. */
class OwnFiles {
  /** The outermost first. */
  readonly folders: readonly string[];
  readonly #paths: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;

  constructor(written: readonly string[]) {
    this.folders = [...new Set(written.flatMap(foldersAround))].sort((left, right) => left.length - right.length);
    this.#paths = new Set([...written, ...this.folders]);
    this.#names = new Set([...this.#paths].map((path) => posix.basename(path)));
  }

  /** Whether a path is one of them, also by way of a link. */
  hold(path: string): boolean {
    if (!this.#names.has(posix.basename(path))) return false;
    return this.#paths.has(path) || this.#paths.has(realPathOf(path) ?? path);
  }

  without(folder: string, { files, directories }: FolderEntries): FolderEntries {
    const isForeign = (name: string): boolean => !this.hold(posix.join(folder, name));
    return { files: files.filter(isForeign), directories: directories.filter(isForeign) };
  }
}
