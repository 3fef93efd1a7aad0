/**
 * What an object is. By its brand, not by its prototype: `instanceof` does not know what another realm has made, such as
 * `structuredClone` and the file system under jest.
 */
import { types } from 'node:util';

export type Kind =
  | 'array'
  | 'object'
  | 'bytes'
  | 'date'
  | 'map'
  | 'set'
  | 'binary'
  | 'error'
  | 'regexp'
  | 'url'
  /** Anything else, such as an instance of a class. */
  | 'instance';

export function kindOf(value: object): Kind {
  if (Array.isArray(value)) return 'array';
  if (isPlain(value)) return 'object';
  for (const [kind, is] of BRANDS) if (is(value)) return kind;
  return 'instance';
}

/** Whether an instance has no state but its properties, as far as can be told. */
export function isOnlyProperties(value: object): boolean {
  return !Object.values(HIDDEN_STATE).some((is) => is(value));
}

export const HIDDEN_STATE = {
  boxed: types.isBoxedPrimitive,
  promise: types.isPromise,
  weakMap: types.isWeakMap,
  weakSet: types.isWeakSet,
  generator: types.isGeneratorObject,
  mapIterator: types.isMapIterator,
  setIterator: types.isSetIterator,
  sharedMemory: types.isSharedArrayBuffer,
  external: types.isExternal,
} satisfies Record<string, (value: object) => boolean>;

const BRANDS: readonly (readonly [Kind, (value: object) => boolean])[] = [
  ['bytes', types.isUint8Array],
  ['date', types.isDate],
  ['map', types.isMap],
  ['set', types.isSet],
  ['binary', (value) => ArrayBuffer.isView(value) || types.isArrayBuffer(value)],
  ['error', (value) => types.isNativeError(value) || tagOf(value) === 'DOMException'],
  ['regexp', types.isRegExp],
  ['url', (value) => tagOf(value) === 'URL' && typeof (value as { href?: unknown }).href === 'string'],
];

/** The classes of the platform that are not of the language have no other brand, and several implementations. */
function tagOf(value: object): unknown {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // A prototype without a prototype is Object.prototype, of this realm or another.
  return Object.getPrototypeOf(prototype) === null;
}
