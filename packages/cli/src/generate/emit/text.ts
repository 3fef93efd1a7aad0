/** Pieces of TypeScript source that stand for themselves: strings, numbers, names, comments. */
import { hardLine, type Layout } from './layout.js';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** What cannot name a parameter, a constant or a function in a module; the last line is for strict code and types. */
const RESERVED = new Set(
  [
    'break case catch class const continue debugger default delete do else enum export extends false finally for function',
    'if import in instanceof new null return super switch this throw true try typeof var void while with',
    'arguments await eval implements interface let package private protected public static yield',
  ]
    .join(' ')
    .split(' '),
);

/** Whether a word can name something that the generated module declares. */
export function isIdentifier(word: string): boolean {
  return IDENTIFIER.test(word) && !RESERVED.has(word);
}

/** A property's name as it stands in a declaration or an object literal: quoted where it is no identifier. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** A method's name in an interface, where `new` is no name but a way to call. */
export function methodName(name: string): string {
  return name === 'new' ? quote(name) : propertyName(name);
}

/** Names of types that no alias can have. */
const TYPE_KEYWORDS = new Set(
  'any bigint boolean never null number object string symbol undefined unknown void'.split(' '),
);

/** Whether a word can name a type that the generated module declares. */
export function isTypeName(word: string): boolean {
  return isIdentifier(word) && !TYPE_KEYWORDS.has(word);
}

/** A string literal, in single quotes unless double ones save escapes. */
export function quote(text: string): string {
  // JSON escapes what must be, lone surrogates included; only the quotes differ.
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  const singles = inner.split("'").length;
  const doubles = inner.split('"').length;
  return singles > doubles ? `"${inner.replaceAll('"', '\\"')}"` : `'${inner.replaceAll("'", "\\'")}'`;
}

/** Text as it stands between backticks. */
export function templateChars(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return escaped.replaceAll('`', '\\`').replaceAll('${', '\\${');
}

/** A literal, as a type or as a value. */
export function literal(value: string | number | boolean | bigint): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' ? numeral(value) : String(value);
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return '0 / 0';
  if (!Number.isFinite(value)) return value > 0 ? '1 / 0' : '-1 / 0';
  // Prettier writes exponents without a plus.
  return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e');
}

/** A doc comment and the line break after it, or nothing. */
export function docComment(doc: string | undefined): Layout {
  const lines = (doc ?? '')
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((text) => text.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  if (lines.length === 0) return '';
  if (lines.length === 1) return [`/** ${lines[0]!.trim()} */`, hardLine];
  return ['/**', ...lines.flatMap((text) => [hardLine, ` * ${text}`.trimEnd()]), hardLine, ' */', hardLine];
}

/** The same word with a small first letter: `Greeter` → `greeter`, `RPCPeer` → `rpcPeer`. */
export function lowerFirst(word: string): string {
  const capitals = /^\p{Lu}+(?=\p{Lu}\p{Ll}|[^\p{L}]|$)|^\p{Lu}/u.exec(word)?.[0] ?? '';
  return capitals.toLowerCase() + word.slice(capitals.length);
}
