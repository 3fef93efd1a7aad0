import { readFileSync } from 'node:fs';
import { open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { RpcError } from '@rpcudp/core';
import type { IdempotencyClaim, IdempotencyStore } from '@rpcudp/core/interceptors';

/** A line of the file. */
interface Line {
  readonly key: string;
  readonly at: number;
  /** Of a claim. */
  readonly fingerprint?: string;
  /** Of a call that has run, in base 64. */
  readonly outcome?: string;
  readonly released?: true;
}

/** What is known of a key. */
interface Entry {
  readonly fingerprint: string;
  readonly at: number;
  outcome?: Uint8Array;
  /** Of a call that this process runs. */
  running?: { readonly promise: Promise<Uint8Array | undefined>; readonly end: (outcome?: Uint8Array) => void };
}

export interface FileStoreOptions {
  /** How long a key is known, in milliseconds. Default: a day. */
  readonly keptMs?: number;
  /** How many keys are known; the next one is refused. Default: 100,000. */
  readonly keysMax?: number;
}

/**
 * Remembers calls in a file to which lines are appended, each of which is on the disk before anybody hears of it. What was running
 * when the process ended is found there as a claim without an outcome. The file is written anew when it is opened, without what
 * is too old.
 */
export class FileIdempotencyStore implements IdempotencyStore, AsyncDisposable {
  readonly #file: FileHandle;
  readonly #entries: Map<string, Entry>;
  readonly #options: Required<FileStoreOptions>;
  /** Lines are written one after the other. */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, entries: Map<string, Entry>, options: Required<FileStoreOptions>) {
    this.#file = file;
    this.#entries = entries;
    this.#options = options;
  }

  static async open(path: string, options: FileStoreOptions = {}): Promise<FileIdempotencyStore> {
    const { keptMs = 86_400_000, keysMax = 100_000 } = options;
    const entries = new Map<string, Entry>();
    for (const line of linesOf(path)) take(entries, line);
    for (const [key, { at }] of entries) if (at < Date.now() - keptMs) entries.delete(key);
    // Whole or not at all, whenever the process ends.
    await writeFile(`${path}.new`, [...entries].map(([key, entry]) => textOf(key, entry)).join(''), { flush: true });
    await rename(`${path}.new`, path);
    return new FileIdempotencyStore(await open(path, 'a'), entries, { keptMs, keysMax });
  }

  async claim(key: string, fingerprint: string): Promise<IdempotencyClaim> {
    const known = this.#known(key);
    if (known !== undefined) return stateOf(known, fingerprint);
    if (this.#entries.size >= this.#options.keysMax)
      throw new RpcError('RESOURCE_EXHAUSTED', 'No room for another key. Try again later.');
    let end!: (outcome?: Uint8Array) => void;
    const promise = new Promise<Uint8Array | undefined>((resolve) => (end = resolve));
    const at = Date.now();
    // Before it is written, so that of those who claim it at once only one gets it.
    this.#entries.set(key, { fingerprint, at, running: { promise, end } });
    await this.#write({ key, at, fingerprint });
    return { state: 'claimed' };
  }

  async complete(key: string, outcome: Uint8Array): Promise<void> {
    const entry = this.#entries.get(key)!;
    await this.#write({ key, at: entry.at, outcome: Buffer.from(outcome).toString('base64') });
    entry.outcome = outcome;
    entry.running?.end(outcome);
    delete entry.running;
  }

  async release(key: string): Promise<void> {
    const entry = this.#entries.get(key)!;
    await this.#write({ key, at: entry.at, released: true });
    this.#entries.delete(key);
    entry.running?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written;
    await this.#file.close();
  }

  #known(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.running !== undefined) return entry;
    if (entry.at >= Date.now() - this.#options.keptMs) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  async #write(line: Line): Promise<void> {
    const write = async (): Promise<void> => {
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
    };
    const written = this.#written.then(write);
    this.#written = written.catch(() => undefined);
    await written;
  }
}

function stateOf({ fingerprint, outcome, running }: Entry, claimed: string): IdempotencyClaim {
  if (fingerprint !== claimed) return { state: 'taken' };
  if (running !== undefined) return { state: 'running', outcome: running.promise };
  return outcome === undefined ? { state: 'interrupted' } : { state: 'completed', outcome };
}

/** A process that was killed may have left half a line, which is the last one. */
function linesOf(path: string): Line[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function take(entries: Map<string, Entry>, { key, at, fingerprint, outcome, released }: Line): void {
  if (fingerprint !== undefined) entries.set(key, { fingerprint, at });
  const entry = entries.get(key);
  if (released === true) entries.delete(key);
  else if (outcome !== undefined && entry !== undefined) entry.outcome = Buffer.from(outcome, 'base64');
}

function textOf(key: string, { fingerprint, at, outcome }: Entry): string {
  const lines: Line[] = [{ key, at, fingerprint }];
  if (outcome !== undefined) lines.push({ key, at, outcome: Buffer.from(outcome).toString('base64') });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
