/** Turns what the library decoded into what the user gets: exact integers, own bytes, maps with any keys. */

/** No key from the network can start with it unnoticed: a string that does is put into the table as well. */
const PLACEHOLDER = '\u0000rpcudp key ';

/**
 * The library's maps are objects, so their keys are strings. A key of another kind is put here, and its number, behind
 * a mark, takes its place until {@link restore} makes a `Map` of the object.
 */
export class KeyTable {
  #keys: unknown[] = [];

  /** The key itself if an object can have it, otherwise a stand-in. */
  replace(key: unknown): string {
    if (typeof key === 'string' && !key.startsWith(PLACEHOLDER)) return key;
    this.#keys.push(key);
    return PLACEHOLDER + String(this.#keys.length - 1);
  }

  /** The key that a stand-in stands for; any other name is itself. */
  original(name: string): unknown {
    return name.startsWith(PLACEHOLDER) ? this.#keys[Number(name.slice(PLACEHOLDER.length))] : name;
  }

  clear(): void {
    if (this.#keys.length > 0) this.#keys = [];
  }
}

/** Restores a decoded value, in place where it can. Recursion is bounded by the depth that the scan allows. */
export function restore(value: unknown, keys: KeyTable): unknown {
  if (typeof value === 'bigint') return exactInteger(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Date) return valid(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) value[index] = restore(value[index], keys);
    return value;
  }
  // The library gives plain objects for maps; anything else was made by an extension.
  return Object.getPrototypeOf(value) === Object.prototype ? restoreMap(value as Record<string, unknown>, keys) : value;
}

function restoreMap(object: Record<string, unknown>, keys: KeyTable): unknown {
  let entries: [unknown, unknown][] | undefined;
  for (const name of Object.keys(object)) {
    object[name] = restore(object[name], keys);
    if (keys.original(name) !== name) entries = [];
  }
  if (entries === undefined) return object;
  for (const name of Object.keys(object)) entries.push([restore(keys.original(name), keys), object[name]]);
  const map = new Map(entries);
  if (map.size < entries.length) throw new Error('a map has the same key twice');
  // Only strings, one of which looked like a stand-in.
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : map;
}

function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function valid(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw new Error('a timestamp is outside the range of Date');
  return date;
}
