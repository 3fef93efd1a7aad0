/**
 * Values as JSON that loses nothing, between the page and the command. What JSON has, but for objects, stands for itself; all
 * else is an object with its kind and what it is made of. An object's own properties are pairs, so that no name means anything.
 */
export type Json = null | boolean | number | string | readonly Json[] | TaggedJson;

export interface TaggedJson {
  readonly kind: string;
  readonly of: Json;
}

/** Text that stands for a value, as `rpcudp call` reads it. Only the command reads it. */
export const SOURCE_KIND = 'source';

/** Arrays of numbers, by their names. */
export const ARRAYS = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

type ArrayName = keyof typeof ARRAYS;

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError } as const;

/** @throws TypeError if it holds itself, or something that no call carries */
export function toJson(value: unknown, within: ReadonlySet<object> = new Set()): Json {
  if (typeof value === 'object' && value !== null) {
    if (within.has(value)) throw new TypeError('A value that holds itself cannot be shown.');
    return objectToJson(value, new Set([...within, value]));
  }
  return primitiveToJson(value);
}

function primitiveToJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === undefined) return tagged('undefined', null);
  if (typeof value === 'bigint') return tagged('bigint', value.toString());
  if (typeof value !== 'number') throw new TypeError(`A ${typeof value} cannot be sent.`);
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : tagged('number', Object.is(value, -0) ? '-0' : String(value));
}

function objectToJson(value: object, within: ReadonlySet<object>): Json {
  const each = (item: unknown): Json => toJson(item, within);
  if (Array.isArray(value))
    return Array.from(value as unknown[], (item, index) => (index in value ? each(item) : tagged('hole', null)));
  const kind = kindOf(value);
  switch (kind) {
    case 'Map':
      return tagged(
        'Map',
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [each(key), each(item)]),
      );
    case 'Set':
      return tagged('Set', [...(value as Set<unknown>)].map(each));
    case 'Date':
      return tagged('Date', Number.isNaN((value as Date).getTime()) ? null : (value as Date).toISOString());
    case 'RegExp':
      return tagged('RegExp', [(value as RegExp).source, (value as RegExp).flags]);
    case 'URL':
      return tagged('URL', (value as URL).href);
    case 'Error':
      return errorToJson(value as Error, each);
    case 'Object':
      return tagged('object', pairsOf(value, each));
    default:
      return tagged(kind, toBase64(bytesOf(value as ArrayBufferView | ArrayBuffer)));
  }
}

/** By what it is and not by its class, for it may be of another realm. */
function kindOf(value: object): string {
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  // Node's own bytes are a class of their own.
  return name in KINDS || ArrayBuffer.isView(value) ? name : 'Object';
}

const KINDS = { Map: 1, Set: 1, Date: 1, RegExp: 1, URL: 1, Error: 1, ArrayBuffer: 1 };

function errorToJson(error: Error, each: (item: unknown) => Json): Json {
  const { name, message } = error;
  const own = {
    ...Object.fromEntries(Object.entries(error)),
    name,
    message,
    ...('cause' in error && { cause: error.cause }),
  };
  return tagged('Error', pairsOf(own, each));
}

function pairsOf(value: object, each: (item: unknown) => Json): Json {
  return Object.entries(value).map(([key, item]) => [key, each(item)]);
}

/** A property that is there whatever it is called, as `__proto__`. */
function objectOf(pairs: Json, read: (json: Json) => unknown): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, item] of entriesOf(pairs)) {
    const property = { value: read(item), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(object, textOf(key), property);
  }
  return object;
}

/**
 * The value again.
 *
 * @param readSource Reads what {@link SOURCE_KIND} stands for; without it, there is none.
 * @throws TypeError if it is none
 */
export function fromJson(json: Json, readSource?: (text: string) => unknown): unknown {
  const read = (item: Json): unknown => fromJson(item, readSource);
  if (Array.isArray(json)) return arrayOf(json as readonly Json[], read);
  if (typeof json !== 'object' || json === null) return json;
  const { kind, of } = json as TaggedJson;
  if (kind === SOURCE_KIND && readSource !== undefined) return readSource(textOf(of));
  const make = MAKERS[kind];
  if (make === undefined || !Object.hasOwn(MAKERS, kind))
    throw new TypeError(`There is no kind of value ${JSON.stringify(kind)}.`);
  return make(of, read);
}

type Maker = (of: Json, read: (json: Json) => unknown) => unknown;

const MAKERS: Readonly<Record<string, Maker>> = {
  undefined: () => undefined,
  number: (of) => Number(textOf(of)),
  bigint: (of) => BigInt(textOf(of)),
  object: objectOf,
  Map: (of, read) => new Map(entriesOf(of).map(([key, item]) => [read(key), read(item)])),
  Set: (of, read) => new Set(listOf(of).map(read)),
  Date: (of) => new Date(of === null ? NaN : textOf(of)),
  RegExp: (of) => new RegExp(textOf(listOf(of)[0]!), textOf(listOf(of)[1]!)),
  URL: (of) => new URL(textOf(of)),
  Error: (of, read) => errorOf(objectOf(of, read)),
  Uint8Array: (of) => fromBase64(textOf(of)),
  ArrayBuffer: (of) => fromBase64(textOf(of)).buffer,
  DataView: (of) => new DataView(fromBase64(textOf(of)).buffer),
  ...Object.fromEntries(
    Object.keys(ARRAYS).map((name) => [
      name,
      (of: Json) => new ARRAYS[name as ArrayName](fromBase64(textOf(of)).buffer),
    ]),
  ),
};

function errorOf({ name, message, ...fields }: Record<string, unknown>): Error {
  const known = typeof name === 'string' && Object.hasOwn(ERRORS, name) ? name : 'Error';
  const error = new ERRORS[known as keyof typeof ERRORS](String(message));
  return Object.assign(error, fields, known === name ? {} : { name });
}

function arrayOf(items: readonly Json[], read: (json: Json) => unknown): unknown[] {
  const array = new Array<unknown>(items.length);
  items.forEach((item, index) => {
    if (!isTagged(item) || item.kind !== 'hole') array[index] = read(item);
  });
  return array;
}

function isTagged(json: Json): json is TaggedJson {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function tagged(kind: string, of: Json): TaggedJson {
  return { kind, of };
}

function textOf(json: Json): string {
  if (typeof json === 'string') return json;
  throw new TypeError(`Text was expected, not ${JSON.stringify(json).slice(0, 50)}.`);
}

function listOf(json: Json): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  throw new TypeError(`A list was expected, not ${JSON.stringify(json).slice(0, 50)}.`);
}

function entriesOf(json: Json): (readonly [Json, Json])[] {
  return listOf(json).map((pair) => {
    const [key, item, ...more] = listOf(pair);
    if (key === undefined || item === undefined || more.length > 0) throw new TypeError('A pair was expected.');
    return [key, item];
  });
}

function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** As many arguments as every engine takes. */
const CHUNK = 8_192;

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
