import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { misuse } from '../failure.js';
import { parseValue } from './json5-values.js';
import { parseArguments } from './parse-arguments.js';

/** Where the values of a streamed argument come from. */
export interface LineSources {
  open(path: string): NodeJS.ReadableStream;
  readonly standardInput: NodeJS.ReadableStream;
}

const systemLines: LineSources = {
  open: (path) => createReadStream(path),
  get standardInput() {
    return process.stdin;
  },
};

/** Whether a word stands for a file or standard input. */
export function isLineSource(word: string | undefined): word is string {
  return word === '-' || word?.startsWith('@') === true;
}

/**
 * Arguments of which the last is a stream: an array, or the lines of a file or of standard input.
 *
 * @throws CommandFailure
 */
export async function argumentsAndStream(words: readonly string[]): Promise<unknown[]> {
  const last = words.at(-1);
  if (isLineSource(last)) return [...(await parseArguments(words.slice(0, -1))), jsonLines(last)];
  const args = await parseArguments(words);
  if (Array.isArray(args.at(-1))) return args;
  throw misuse('The method takes a stream: its last argument has to be an array, or @file or - with one value a line.');
}

/**
 * The values of a file, or of standard input, one JSON5 value a line, each as soon as its line is there. Empty lines are none.
 *
 * @throws CommandFailure that names the line, while it is read.
 */
export async function* jsonLines(word: string, sources = systemLines): AsyncGenerator {
  const where = word === '-' ? 'standard input' : word.slice(1);
  const input = word === '-' ? sources.standardInput : sources.open(word.slice(1));
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() !== '') yield parsed(text, `${where}, line ${line}`);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : misuse(`${where} cannot be read: ${code}.`, error);
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return parseValue(text);
  } catch (error) {
    throw misuse(
      `${where} is not JSON5: ${(error as Error).message}. A streamed argument takes one value a line.`,
      error,
    );
  }
}
