import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file as it should be. */
export interface OutputFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** Whether a file is there, byte for byte. */
export function isUpToDate({ path, text }: OutputFile): boolean {
  return existsSync(path) && readFileSync(path).equals(Buffer.from(text));
}

export function write({ path, text }: OutputFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
