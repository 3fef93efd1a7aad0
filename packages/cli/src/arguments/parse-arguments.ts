import { readFile } from 'node:fs/promises';
import { misuse } from '../failure.js';
import { parseBytes, parseValue } from './json5-values.js';

/** Where arguments may come from beside the command line. */
export interface Sources {
  readFile(path: string): Promise<string>;
  readStandardInput(): Promise<string>;
}

export const systemSources: Sources = {
  readFile: (path) => readFile(path, 'utf8'),
  async readStandardInput() {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks).toString();
  },
};

/**
 * The values that the words of a command line stand for: JSON5, `str:text`, `hex:…`, `base64:…`, `@file`, or `-`.
 *
 * @throws CommandFailure that names the argument and says how to write it.
 */
export async function parseArguments(words: readonly string[], sources = systemSources): Promise<unknown[]> {
  if (words.filter((word) => word === '-').length > 1) {
    throw misuse('Standard input can be one argument only, but - was given more than once. Put the others in files.');
  }
  return Promise.all(words.map((word, index) => parseArgument(word, `Argument ${index + 1}`, sources)));
}

/** One word of them. @param where What it is, for what is said of mistakes. */
export async function parseArgument(word: string, where: string, sources = systemSources): Promise<unknown> {
  if (word.startsWith('str:')) return word.slice('str:'.length);
  if (word === '-') return parsed(await sources.readStandardInput(), `${where}: standard input`);
  if (word.startsWith('@')) return parsed(await contentOf(word.slice(1), where, sources), `${where}: ${word.slice(1)}`);
  if (/^(?:hex|base64):/.test(word)) return read(where, '', () => parseBytes(word));
  return read(where, adviceFor(word), () => parseValue(word), word);
}

async function contentOf(path: string, where: string, sources: Sources): Promise<string> {
  try {
    return await sources.readFile(path);
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? String(error);
    throw misuse(`${where}: the file ${path} cannot be read: ${said}. To send text, write str:@${path}`, error);
  }
}

function parsed(text: string, where: string): unknown {
  if (text.trim() === '') throw misuse(`${where} is empty. It takes one JSON5 value.`);
  return read(where, '', () => parseValue(text), '');
}

function read(where: string, advice: string, parse: () => unknown, word?: string): unknown {
  try {
    return parse();
  } catch (error) {
    const what = word === undefined ? ':' : word === '' ? ' is not JSON5:' : `: ${word} is not JSON5:`;
    throw misuse(`${where}${what} ${(error as Error).message}.${advice}`, error);
  }
}

/** What was most likely meant: text without the quotes that the shell takes away. */
function adviceFor(word: string): string {
  if (/^[[{"']/.test(word)) return ' Put the whole argument in single quotes, which the shell takes away.';
  const quoted = shellQuoted(JSON.stringify(word));
  const prefixed = /^[\w.,:/@%+-]+$/.test(word) ? `str:${word}` : shellQuoted(`str:${word}`);
  return ` To send text, write ${quoted} or ${prefixed}`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
