/** Inputs on disk, in hexadecimal: a file for each crash, and one for the corpus of each target. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bytesOf, hexOf } from './same-data';

/** From the root of the repository, which is where the command runs. */
const FOLDER = 'packages/core/test/fuzzing';
const CRASHES = join(FOLDER, 'crashes');

/** What the corpus of one target may take, in bytes of its inputs. */
const CORPUS_BYTES_MAX = 40_000;

/** An input of a file by itself. */
export interface StoredInput {
  readonly path: string;
  readonly target: string;
  readonly input: Uint8Array;
}

export function readCorpus(target: string): Uint8Array[] {
  const path = corpusPath(target);
  return existsSync(path) ? linesOf(path) : [];
}

/** Keeps as many as there is room for, in their order. Gives how many. */
export function writeCorpus(target: string, inputs: readonly Uint8Array[]): number {
  let left = CORPUS_BYTES_MAX;
  const kept = inputs.filter(({ length }) => length <= left && ((left -= length), true));
  mkdirSync(join(FOLDER, 'corpus'), { recursive: true });
  writeFileSync(corpusPath(target), kept.map((input) => `${hexOf(input)}\n`).join(''));
  return kept.length;
}

export function readCrashes(): StoredInput[] {
  return (existsSync(CRASHES) ? readdirSync(CRASHES) : [])
    .filter((name) => name.endsWith('.hex'))
    .map((name) => readCrash(join(CRASHES, name)));
}

/** @param path Of a file whose name begins with that of the target, up to a dot. */
export function readCrash(path: string): StoredInput {
  return { path, target: basename(path).split('.')[0]!, input: linesOf(path)[0] ?? new Uint8Array(0) };
}

/** Gives the path of the file. */
export function writeCrash(target: string, input: Uint8Array, message: string): string {
  mkdirSync(CRASHES, { recursive: true });
  const [said = ''] = message.split('\n');
  const name = said
    .replaceAll(/[^a-z]+/gi, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
  const path = join(CRASHES, `${target}.${name}.hex`);
  writeFileSync(path, `# ${said}\n${hexOf(input)}\n`);
  return path;
}

function corpusPath(target: string): string {
  return join(FOLDER, 'corpus', `${target}.hex`);
}

/** Lines that begin with a hash say something to people. */
function linesOf(path: string): Uint8Array[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).flatMap((line) => (line.startsWith('#') ? [] : [bytesOf(line)]));
}
