/** What an object is, told by what only such objects have inside: also if it comes from another realm. */
import { types } from 'node:util';

/** Classes of the platform are those of another realm, too, for there is one implementation a process. */
const hrefOf = getterOf(URL.prototype, 'href');
const codeOf = getterOf(DOMException.prototype, 'code');
const tagOfTypedArray = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);

/** The name of a typed array's class, `Uint8Array` for a `Buffer`; undefined for everything else. */
export function typedArrayName(value: unknown): string | undefined {
  return tagOfTypedArray.call(value) as string | undefined;
}

/** Whether a value is a `URL`. */
export function isUrl(value: unknown): boolean {
  return isTakenBy(hrefOf, value);
}

/** Whether a value is an error. A `DOMException`, such as the reason of an aborted signal, is no native one. */
export function isError(value: unknown): boolean {
  return types.isNativeError(value) || isTakenBy(codeOf, value);
}

/** Whether a value is what a getter of the platform takes, and not only looks like it. */
function isTakenBy(getter: (this: unknown) => unknown, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    getter.call(value);
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
  if (isError(value)) return 'an Error';
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
