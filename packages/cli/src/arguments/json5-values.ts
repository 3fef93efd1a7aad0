import JSON5 from 'json5';
import { CONSTRUCTOR_NAMES, construct } from './constructors.js';

/**
 * What JSON5 has no way to write, and rpcudp can send: bytes, integers beyond 2^53 − 1, dates, `undefined`, and what
 * JavaScript makes with a constructor. They are found outside of strings and comments. Leaves stand as marked strings while
 * JSON5 reads the rest, and `Map(…)` as a marked object of its arguments.
 */
const TOKENS = new RegExp(
  [
    /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'/, // strings
    /\/\/[^\n]*|\/\*[^]*?\*\//, // comments
    /(?<bytes>(?<encoding>hex|base64):[\w+/=-]*)/,
    /(?<date>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/,
    /(?<integer>(?<sign>[+-]?)(?<digits>0[xX][\da-fA-F]+|\d+)(?<n>n?)(?![\w$.]))/,
    /(?<undefined>undefined)(?![\w$])/,
    new RegExp(`(?:new\\s+)?(?<made>${CONSTRUCTOR_NAMES.join('|')})\\(`),
    /[\w$.\\+-]+/, // names, and all other numbers
    /(?<mark>[[\]{}:,)])/,
    /[^]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gy',
);

const MARK = '\u0000rpcudp:';
const CALL = '\u0000rpcudp new ';

/** Reads JSON5 with bytes, large integers and dates in it. @throws SyntaxError */
export function parseValue(text: string): unknown {
  const { marked, values } = markValues(text);
  try {
    return unmarked(JSON5.parse(marked), values);
  } catch (error) {
    // Columns are those of the marked text, so they are of use only if nothing was marked.
    const message = (error as Error).message.replace(/^JSON5: /, '');
    throw new SyntaxError(values.length === 0 ? message : message.replace(/ at \d+:\d+$/, ''), { cause: error });
  }
}

/** The values again, from the bottom up: a reviver of JSON5's could not give `undefined`. */
function unmarked(value: unknown, values: readonly unknown[]): unknown {
  if (typeof value === 'string' && value.startsWith(MARK)) {
    const index = Number(value.slice(MARK.length));
    return index in values ? values[index] : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => unmarked(each, values));
  const entries = Object.entries(value).map(([key, each]) => [key, unmarked(each, values)] as const);
  const [key, args] = entries[0] ?? [''];
  if (entries.length === 1 && key.startsWith(CALL)) return construct(key.slice(CALL.length), args as unknown[]);
  return Object.fromEntries(entries);
}

/** Replaces what JSON5 does not know by strings that say which value they stand for. */
function markValues(text: string): { readonly marked: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const place = new Place();
  let marked = '';
  TOKENS.lastIndex = 0;
  for (let match = TOKENS.exec(text); match !== null; match = TOKENS.exec(text)) {
    const groups = match.groups ?? {};
    let token = match[0];
    if (groups.bytes !== undefined && place.isKey) {
      // `{ hex: 12 }` is an object with an ordinary key.
      token = groups.encoding!;
      TOKENS.lastIndex = match.index + token.length;
    } else {
      const value = place.isKey ? undefined : valueOf(groups);
      const isValue = value !== undefined || (groups.undefined !== undefined && !place.isKey);
      if (isValue) token = JSON.stringify(`${MARK}${values.push(value) - 1}`);
    }
    if (groups.made !== undefined) {
      token = `{${JSON.stringify(CALL + groups.made)}:[`;
      place.pass('(');
    }
    if (groups.mark !== undefined) place.pass(groups.mark);
    if (groups.mark === ')') token = ']}';
    marked += token;
  }
  return { marked, values };
}

function valueOf({ bytes, date, integer, ...parts }: Partial<Record<string, string>>): unknown {
  if (bytes !== undefined) return parseBytes(bytes);
  if (date !== undefined) return parseDate(date);
  if (integer === undefined) return undefined;
  const magnitude = BigInt(parts.digits!);
  if (parts.n === '' && magnitude <= Number.MAX_SAFE_INTEGER) return undefined;
  return parts.sign === '-' ? -magnitude : magnitude;
}

/** Reads `hex:…` or `base64:…`. @throws SyntaxError */
export function parseBytes(text: string): Uint8Array {
  const at = text.indexOf(':');
  const encoding = text.slice(0, at) as 'hex' | 'base64';
  const digits = text.slice(at + 1);
  const valid = encoding === 'hex' ? /^(?:[\da-f]{2})*$/i : /^[\w+/-]*={0,2}$/;
  if (valid.test(digits) && (encoding === 'hex' || digits.replace(/=+$/, '').length % 4 !== 1)) {
    return new Uint8Array(Buffer.from(digits, encoding));
  }
  const expected = encoding === 'hex' ? 'pairs of hexadecimal digits, such as hex:00ff' : 'base64, such as base64:AP8=';
  throw new SyntaxError(`${encoding}: takes ${expected}, not ${JSON.stringify(digits)}`);
}

function parseDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new SyntaxError(`there is no such date as ${text}`);
  return date;
}

/** Whether the next word is a key of an object or a value. */
class Place {
  readonly #open: string[] = [];
  isKey = false;

  pass(mark: string): void {
    if (mark === '{' || mark === '[' || mark === '(') this.#open.push(mark);
    else if (mark === '}' || mark === ']' || mark === ')') this.#open.pop();
    this.isKey = mark !== ':' && this.#open.at(-1) === '{';
  }
}
