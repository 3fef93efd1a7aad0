import { inspect, types, type InspectOptions } from 'node:util';
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
  if (types.isUint8Array(value)) return { [inspect.custom]: () => `hex:${Buffer.from(value).toString('hex')}` };
  // `map` keeps holes.
  if (Array.isArray(value)) return value.map(withHexBytes);
  if (types.isMap(value)) return new Map([...value].map(([key, entry]) => [withHexBytes(key), withHexBytes(entry)]));
  if (types.isSet(value)) return new Set([...value].map(withHexBytes));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withHexBytes(entry)]));
}

/**
 * A value as one line of JSON: bytes and other binary data as `{"base64": …}`, a `bigint` as a string, a `Date` in ISO form,
 * a `Map` as an array of pairs, a `Set` as an array, an error as an object with its name, message and fields, a `RegExp`
 * and a `URL` as strings; `NaN` and the infinities are strings, and `undefined` is null or no property.
 */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value ?? null, (_key, each: unknown) => plainOf(each));
  // What JSON leaves as it is and a terminal obeys is escaped in JSON's own way.
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

function plainOf(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return base64Of(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (types.isArrayBuffer(value)) return base64Of(new Uint8Array(value));
  if (types.isMap(value) || types.isSet(value)) return [...(value as Iterable<unknown>)];
  if (types.isRegExp(value)) return String(value);
  return types.isNativeError(value) ? errorOf(value) : value;
}

function base64Of(bytes: Uint8Array): { readonly base64: string } {
  return { base64: Buffer.from(bytes).toString('base64') };
}

function errorOf(error: Error): Record<string, unknown> {
  const { name, message, cause } = error;
  const errors = error instanceof AggregateError ? { errors: error.errors as unknown } : {};
  return {
    name,
    message,
    ...(cause === undefined ? {} : { cause }),
    ...errors,
    ...Object.fromEntries(Object.entries(error)),
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
