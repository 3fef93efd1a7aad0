/** What a value is, whatever realm it comes from: `instanceof` knows the classes of this one alone. */

/** Whether a value is an error. Those that are no native ones, such as `DOMException`, extend the class. */
export function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]' || isOfClass(value, Error);
}

/** Whether a value is an object that is of no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Whether a value is of a class, or of one with its name: that is the same class of another realm, or of another copy of its
 * module. Never throws.
 */
export function isOfClass(value: unknown, type: { readonly name: string }): boolean {
  return hasInstance(value, type) || (type.name !== '' && hasClassNamed(value, type.name));
}

/** `instanceof`, which a class may have made its own. Never throws. */
export function hasInstance(value: unknown, type: unknown): boolean {
  try {
    return value instanceof (type as abstract new () => unknown);
  } catch {
    return false;
  }
}

/** Whether a class of this name is among those of an object. What the object says of itself does not count. */
function hasClassNamed(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof constructor === 'function' && constructor.name === name) return true;
  }
  return false;
}

/** The name of a typed array's class, or undefined if it is none. */
export function typedArrayName(value: unknown): string | undefined {
  return TYPED_ARRAY_NAME.call(value) as string | undefined;
}

const TYPED_ARRAY_NAME = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;

/** Whether a function is built in, in whatever realm. */
export function isNativeFunction(value: (...args: never[]) => unknown): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(value));
}
