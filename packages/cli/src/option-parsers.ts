import { InvalidArgumentError } from 'commander';

/** The longest timeout that the endpoint takes, in milliseconds: that of Node's timers. */
const MILLIS_MAX = 2_147_483_647;

/** Reads a number of milliseconds from 1. */
export function milliseconds(text: string): number {
  return whole(text, MILLIS_MAX, 'milliseconds');
}

/** Reads a number of times from 1. */
export function times(text: string): number {
  return whole(text, Number.MAX_SAFE_INTEGER, 'times');
}

/** Reads a number of values from 1. */
export function values(text: string): number {
  return whole(text, Number.MAX_SAFE_INTEGER, 'values');
}

/** Reads a whole number from 0. */
export function number(text: string): number {
  const given = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(given)) return given;
  throw new InvalidArgumentError('It takes a whole number from 0 to 2^53 - 1.');
}

/** Reads a span of time such as `500ms`, `10s` or `2m`, as milliseconds. */
export function span(text: string): number {
  const [, number, unit] = /^(\d+\.?\d*|\.\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = unit === undefined ? NaN : Number(number) * MILLIS_IN[unit as keyof typeof MILLIS_IN];
  if (ms >= 1 && ms <= MILLIS_MAX) return ms;
  throw new InvalidArgumentError('It takes a span of time such as 500ms, 10s, 2m or 1h.');
}

const MILLIS_IN = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function whole(text: string, most: number, unit: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(`It takes a whole number of ${unit}, from 1 to ${most}.`);
}

/** Reads `key=value` and adds it to those before. */
export function keyAndValue(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes key=value, such as tenant=acme.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
