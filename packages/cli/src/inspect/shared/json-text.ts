import { ARRAYS, fromBase64, type Json, type TaggedJson } from './json-values.js';

/** Arrays of numbers, which `rpcudp call` reads with brackets. */
const CALLED = /^(?:Int|Uint|Float|BigInt|BigUint)\d+(?:Clamped)?Array$/;

/** Where a value does not fit a line of so many characters, its parts have lines of their own. */
const LINE_CHARACTERS = 80;

/** A value as text that can be read, and given to `rpcudp call` again. */
export function textOf(json: Json, indent = ''): string {
  if (typeof json === 'string') return JSON.stringify(json);
  if (typeof json === 'number') return numberText(json);
  if (typeof json !== 'object' || json === null) return String(json);
  if (Array.isArray(json))
    return bracketed(
      '[',
      (json as readonly Json[]).map((item) => textOf(item, deeper(indent))),
      ']',
      indent,
    );
  return taggedText(json as TaggedJson, indent);
}

/** The same in one line, cut. */
export function lineOf(json: Json, charactersMax: number): string {
  const text = textOf(json).replace(/\n\s*/g, ' ');
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text;
}

function taggedText({ kind, of }: TaggedJson, indent: string): string {
  if (Object.hasOwn(WRITERS, kind)) return WRITERS[kind]!(of, indent);
  return CALLED.test(kind) ? `${kind}(${numbersText(kind, of)})` : `${kind}(…)`;
}

type Write = (of: Json, indent: string) => string;

const asItIs: Write = (of) => of as string;

const WRITERS: Readonly<Record<string, Write>> = {
  undefined: () => 'undefined',
  hole: () => 'undefined',
  // What was typed to stand for a value.
  source: asItIs,
  number: asItIs,
  bigint: (of) => `${of as string}n`,
  Date: (of) => (of === null ? 'Date(NaN)' : (of as string)),
  Uint8Array: hexOf,
  object: objectText,
  Error: errorText,
  URL: (of) => `URL(${JSON.stringify(of)})`,
  RegExp: (of) => `RegExp(${(of as readonly string[]).map((text) => JSON.stringify(text)).join(', ')})`,
  ArrayBuffer: (of) => `ArrayBuffer(${hexOf(of)})`,
  DataView: (of) => `DataView(${hexOf(of)})`,
  Map: (of, indent) => `Map(${textOf(of, indent)})`,
  Set: (of, indent) => `Set(${textOf(of, indent)})`,
};

function objectText(of: Json, indent: string): string {
  const parts = (of as readonly (readonly [string, Json])[]).map(
    ([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${textOf(item, deeper(indent))}`,
  );
  return parts.length === 0 ? '{}' : bracketed('{ ', parts, ' }', indent);
}

function errorText(of: Json, indent: string): string {
  const fields = new Map(of as readonly (readonly [string, Json])[]);
  const [name, message] = [fields.get('name'), fields.get('message')];
  fields.delete('name');
  fields.delete('message');
  const rest = fields.size === 0 ? '' : `, ${objectText([...fields], indent)}`;
  return `${typeof name === 'string' ? name : 'Error'}(${textOf(message ?? '')}${rest})`;
}

function numbersText(kind: string, of: Json): string {
  const { buffer } = fromBase64(of as string);
  const arrays: Readonly<Record<string, new (buffer: ArrayBuffer) => ArrayLike<number | bigint>>> = ARRAYS;
  const numbers = Object.hasOwn(arrays, kind) ? Array.from(new arrays[kind]!(buffer)) : [];
  return `[${numbers.map((number) => (typeof number === 'bigint' ? `${number}n` : numberText(number))).join(', ')}]`;
}

/** A number as it is read again. An integer that a double may not hold would be read as a `bigint`. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

function hexOf(of: Json): string {
  return `hex:${Array.from(fromBase64(of as string), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function bracketed(open: string, parts: readonly string[], close: string, indent: string): string {
  const line = `${open}${parts.join(', ')}${close}`;
  if (line.length + indent.length <= LINE_CHARACTERS && !line.includes('\n')) return line;
  const inner = deeper(indent);
  return `${open.trim()}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close.trim()}`;
}

function deeper(indent: string): string {
  return `${indent}  `;
}
