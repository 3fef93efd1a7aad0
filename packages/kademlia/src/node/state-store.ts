import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { STATE_BYTES_MAX } from '../limits.js';

/** Where a node keeps what it knows while it is not running: bytes, which mean nothing to whoever keeps them. */
export interface StateStore {
  /** What was saved last; undefined if nothing was. */
  load(): Promise<Uint8Array | undefined>;
  save(state: Uint8Array): Promise<void>;
}

/**
 * Keeps the state of a node in a file that its user alone may read. A write is whole or has not happened: it goes to another file,
 * which then takes the name.
 */
export function fileState(path: string): StateStore {
  return {
    async load() {
      try {
        await using file = await open(path, 'r');
        const { size } = await file.stat();
        if (size > STATE_BYTES_MAX) throw new Error(`${path} is too large for the state of a node: ${size} bytes.`);
        return Uint8Array.from(await file.readFile());
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(state) {
      const draft = `${path}.new`;
      await rm(draft, { force: true });
      const file = await open(draft, 'wx', 0o600);
      await writeWhole(file, state);
      await rename(draft, path);
    },
  };
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
