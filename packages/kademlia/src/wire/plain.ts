/** The own property of a decoded map; undefined for anything else, and for what is only inherited. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A value if it is bytes of a given length, as a copy. */
export function readBytes(value: unknown, least: number, most = least): Uint8Array | undefined {
  if (!(value instanceof Uint8Array) || value.length < least || value.length > most) return undefined;
  return Uint8Array.from(value);
}

/** A value if it is a whole number from 0 to 2^53 - 1. */
export function readWhole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
