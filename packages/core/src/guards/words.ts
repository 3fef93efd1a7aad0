/** Messages about values that may come from anybody: no code of theirs is run, and little of them is repeated. */
import { QUOTED_CHARACTERS_MAX } from '../limits.js';
import { knownBrand } from './brands.js';

/** What a value is. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return knownBrand(value) ?? (isPlain(value) ? 'an object' : 'an instance of a class');
}

/** Whether an object is no instance of a class. A prototype without a prototype is that of objects, of any realm. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !Array.isArray(value));
}

/** `[0].when`, as it would be written in source. */
export function placeText(path: readonly (string | number)[]): string {
  return path.map(stepText).join('');
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[A-Za-z_$][\w$]{0,63}$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
}

/** A text in quotes, cut where it gets long, with what could break a line of a log escaped. */
export function quoted(text: string): string {
  const cut = text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u2028\u2029]/g, '?');
}

/** A literal as it is written in source. */
export function literalText(value: string | number | boolean | bigint): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** What a value is, and which one if that is short. */
export function describeValue(value: unknown): string {
  const isLiteral = ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
  return isLiteral ? literalText(value as string | number | boolean | bigint) : describe(value);
}

/** `a`, `a or b`, `a, b or c`; a long list ends in how many more there are. */
export function alternatives(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  const shown = distinct.length > ALTERNATIVES_MAX ? distinct.slice(0, ALTERNATIVES_MAX) : distinct;
  const rest = distinct.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} or ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)!}`;
}

/** A message stays readable; the type itself is in the source. */
const ALTERNATIVES_MAX = 8;
