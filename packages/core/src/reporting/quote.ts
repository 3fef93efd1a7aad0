import { isError } from '../brands.js';
import { FIELD_CHARACTERS_MAX, QUOTED_CHARACTERS_MAX, STACK_CHARACTERS_MAX } from '../limits.js';

/** Text from the network, fit for a log line: quoted, cut, and in printable ASCII, so that it can neither forge nor hide. */
export function quote(text: string, charactersMax = QUOTED_CHARACTERS_MAX): string {
  const shown = text.length > charactersMax ? `${text.slice(0, charactersMax)}...` : text;
  return `"${escape(shown.replaceAll('\\', '\\\\')).replaceAll('"', '\\"')}"`;
}

/** An error with its stack, fit for a log: its message may repeat what a stranger sent, its frames are ours. Never throws. */
export function describeError(error: unknown): string {
  try {
    return isError(error) ? describeRealError(error) : `a value that is no Error: ${quote(String(error))}`;
  } catch {
    return 'something that cannot be shown';
  }
}

/** Text from the network, fit for a field of a log: as it came, but cut. */
export function bounded(text: string, charactersMax = FIELD_CHARACTERS_MAX): string {
  return (text.length > charactersMax ? text.slice(0, charactersMax) : text).toWellFormed();
}

/** What an error says, and where it comes from, fit for the fields of a log. Never throws. */
export function errorFields(error: unknown): { readonly message: string; readonly stack?: string } {
  try {
    if (!isError(error)) return { message: bounded(String(error)) };
    const message = bounded(error.message);
    return typeof error.stack === 'string'
      ? { message, stack: bounded(error.stack, STACK_CHARACTERS_MAX) }
      : { message };
  } catch {
    return { message: 'something that cannot be shown' };
  }
}

function describeRealError(error: Error): string {
  const frames = framesIn(error.stack ?? '');
  const { message } = error;
  // A message of several lines stands in the stack too; only the frames below it count.
  const own = frames.slice(framesIn(message).length);
  return [`${escape(error.name)}: ${escape(message)}`, ...own.map(escape)].join('\n');
}

function framesIn(text: string): string[] {
  return text.split('\n').filter((line) => /^ {4}at /.test(line));
}

function escape(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
