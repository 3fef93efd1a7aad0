import { createHash } from 'node:crypto';
import type { NodeId } from './node-id.js';

/** What `set` and `get` take as a key: the same key is the same digest in Python. */
export type Key = string | Uint8Array | number | bigint | boolean | null;

/**
 * Where a key lies: SHA-1 of its bytes, as the Python library has it. What is not bytes is taken as the UTF-8 of what Python's
 * `str()` makes of it. So `1` and `'1'` are one key, and `true` is `'True'`. A whole number is an int there.
 */
export function digestOf(key: Key): NodeId {
  const bytes = key instanceof Uint8Array ? key : Buffer.from(pythonText(key), 'utf8');
  return Uint8Array.from(createHash('sha1').update(bytes).digest());
}

function pythonText(key: Exclude<Key, Uint8Array>): string {
  switch (typeof key) {
    case 'string':
      return key;
    case 'bigint':
      return key.toString();
    case 'boolean':
      return key ? 'True' : 'False';
    case 'number':
      return pythonNumber(key);
    default:
      return 'None';
  }
}

function pythonNumber(key: number): string {
  if (Object.is(key, -0)) return '-0.0';
  if (Number.isInteger(key)) return BigInt(key).toString();
  if (!Number.isFinite(key)) return Number.isNaN(key) ? 'nan' : key > 0 ? 'inf' : '-inf';
  // Both languages write the fewest digits that give the number back; they differ in when they write an exponent, and how.
  const [digits, exponent] = key.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4) return String(key);
  return `${digits}e-${String(-power).padStart(2, '0')}`;
}
