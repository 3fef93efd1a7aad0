/** Turns what the library decoded into what the user gets: exact integers, own bytes, maps with any keys. */
import { Extended } from './extension-rules.js';

/** No key from the network can start with it unnoticed: a string that does is put into the table as well. */
const PLACEHOLDER = '\u0000rpcudp key ';

/**
 * The library's maps are objects, so their keys are strings. A key of another kind is put here, and its number, behind
 * a mark, takes its place until {@link restore} makes a `Map` of the object.
 */
export class KeyTable {
  readonly #keys: unknown[] = [];

  /** The key itself if an object can have it, otherwise a stand-in. */
  replace(key: unknown): string {
    // Objects would move a key that is an array index to the front; the entries of a Map keep their order.
    if (typeof key === 'string' && !key.startsWith(PLACEHOLDER) && !/^\d/.test(key)) return key;
    this.#keys.push(key);
    return PLACEHOLDER + String(this.#keys.length - 1);
  }

  /** The key that a stand-in stands for; any other name is itself. */
  original(name: string): unknown {
    return name.startsWith(PLACEHOLDER) ? this.#keys[Number(name.slice(PLACEHOLDER.length))] : name;
  }
}

/**
 * Restores a decoded value, in place where it can. Recursion is bounded by the depth that the scan allows.
 *
 * @param keys The table that the keys went through while the value was decoded, if they did.
 */
export function restore(value: unknown, keys?: KeyTable): unknown {
  if (typeof value === 'bigint') return exactInteger(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Extended) return value.value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) value[index] = restore(value[index], keys);
    return value;
  }
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object)) object[name] = restore(object[name], keys);
  return keys === undefined ? object : restoreKeys(object, keys);
}

function restoreKeys(object: Record<string, unknown>, keys: KeyTable): unknown {
  const names = Object.keys(object);
  const originals = names.map((name) => keys.original(name));
  if (originals.every((key, index) => key === names[index])) return object;
  const entries = originals.map((key, index) => [restore(key, keys), object[names[index]!]] as const);
  if (originals.every((key) => typeof key === 'string')) return Object.fromEntries(entries);
  const map = new Map(entries);
  if (map.size < entries.length) throw new Error('a map has the same key twice');
  return map;
}

function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
