/** What an object is, told by what only such objects have inside: also if it comes from another realm. */
import { types } from 'node:util';

/** Another realm's URL has the same getter, for there is one implementation a process. */
const hrefOf = getterOf(URL.prototype, 'href');
const tagOfTypedArray = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);

/** The name of a typed array's class, `Uint8Array` for a `Buffer`; undefined for everything else. */
export function typedArrayName(value: unknown): string | undefined {
  return tagOfTypedArray.call(value) as string | undefined;
}

/** Whether a value is a `URL`. */
export function isUrl(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    hrefOf.call(value);
    return true;
  } catch {
    return false;
  }
}

/** A class by name, as messages speak of one of its objects: `an Error`. */
export function brandOf(name: string): string {
  return `${/^(?:[AEIO]|Ur|URI)/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A class that messages know, or undefined. */
export function knownBrand(value: object): string | undefined {
  if (types.isDate(value)) return 'a Date';
  if (types.isUint8Array(value)) return 'bytes';
  if (types.isMap(value)) return 'a Map';
  if (types.isSet(value)) return 'a Set';
  if (types.isRegExp(value)) return 'a RegExp';
  if (types.isNativeError(value)) return 'an Error';
  if (types.isArrayBuffer(value)) return 'an ArrayBuffer';
  if (types.isDataView(value)) return 'a DataView';
  const name = typedArrayName(value);
  if (name !== undefined) return brandOf(name);
  return isUrl(value) ? 'a URL' : undefined;
}

function getterOf(prototype: object, name: string | symbol): (this: unknown) => unknown {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new Error(`This platform has no getter of ${String(name)}.`);
  return getter;
}
