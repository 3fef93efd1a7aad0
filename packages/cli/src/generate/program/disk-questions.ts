/** What can be asked of the disk. Paths are absolute and have slashes on every system; nothing here throws. */
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { createHash } from 'node:crypto';
import { posix } from 'node:path';

/** A text, and what tells it from others. */
export interface HashedText {
  readonly text: string;
  readonly hash: string;
}

/** What is in a folder, by name, in order. */
export interface FolderEntries {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** The text of a file, or undefined if there is none. */
export function readText(path: string): HashedText | undefined {
  try {
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text, hash: hashOf(bytes) };
  } catch {
    return undefined;
  }
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}

export function isFile(path: string): boolean {
  return statsOf(path)?.isFile() === true;
}

export function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Files and folders in a folder, also those that are linked; nothing if it is none. */
export function entriesOf(path: string): FolderEntries {
  const files: string[] = [];
  const directories: string[] = [];
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const found = entry.isSymbolicLink() ? statsOf(posix.join(path, entry.name)) : entry;
      if (found?.isFile() === true) files.push(entry.name);
      else if (found?.isDirectory() === true) directories.push(entry.name);
    }
  } catch {
    // A folder that cannot be read is as good as none.
  }
  return { files: files.sort(), directories: directories.sort() };
}

/** Where a path leads, or undefined if nothing is there. */
export function realPathOf(path: string): string | undefined {
  try {
    return withSlashes(realpathSync.native(path));
  } catch {
    return undefined;
  }
}

export function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

/** A folder and all those around it. */
export function foldersAround(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === path ? [] : [parent, ...foldersAround(parent)];
}
