import { inspect, type InspectOptions } from 'node:util';
import { wantsColors } from './palette.js';

/** A value for people: as `util.inspect` shows it, whole, with bytes as `hex:…`, which `rpcudp call` takes back. */
export function showValue(value: unknown, stream: { readonly isTTY?: boolean; readonly columns?: number }): string {
  const options: InspectOptions = {
    colors: wantsColors(stream),
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: widthOf(stream),
  };
  return inspect(withHexBytes(value), options);
}

/** A terminal may not know its width, and then says 0. */
function widthOf({ columns = 0 }: { readonly columns?: number }): number {
  return columns > 0 ? columns : 100;
}

/** Bytes that show themselves; the rest as it is. */
function withHexBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return { [inspect.custom]: () => `hex:${Buffer.from(value).toString('hex')}` };
  if (Array.isArray(value)) return value.map(withHexBytes);
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [withHexBytes(key), withHexBytes(entry)]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withHexBytes(entry)]));
}

/**
 * A value as one line of JSON: bytes as `{"base64": …}`, a `bigint` as a string, a `Date` in ISO form, a `Map` as an
 * array of pairs; `NaN` and the infinities are strings.
 */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value ?? null, (_key, each: unknown) => {
    if (typeof each === 'bigint') return each.toString();
    if (typeof each === 'number' && !Number.isFinite(each)) return String(each);
    if (each instanceof Uint8Array) return { base64: Buffer.from(each).toString('base64') };
    if (each instanceof Map) return [...each];
    return each;
  });
  // What JSON leaves as it is and a terminal obeys is escaped in JSON's own way.
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
