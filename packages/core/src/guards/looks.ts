/** What a glance at a value tells: its kind, and whether a guard could take such a value at all. */
import { types } from 'node:util';
import { isPlain } from './words.js';

/** Kinds of values, one bit each. Another class than those named is `other`, and so are functions and symbols. */
export const Kind = {
  undefined: 1,
  null: 2,
  boolean: 4,
  number: 8,
  string: 16,
  bigint: 32,
  array: 64,
  object: 128,
  bytes: 256,
  map: 512,
  set: 1024,
  date: 2048,
  other: 4096,
} as const;

/** Every kind. */
export const ANY_KIND = 8191;

/** The bits of {@link ANY_KIND}, one by one. */
export const KINDS: readonly number[] = Object.values(Kind);

/** What a guard may take: any value of these kinds, and these values. What is neither it refuses certainly. */
export interface Look {
  /** Bits of `Kind`. */
  readonly kinds: number;
  readonly values: ReadonlySet<unknown>;
}

const NO_VALUES: ReadonlySet<unknown> = new Set();

/** The look of a guard that may take anything. */
export const ANYTHING: Look = { kinds: ANY_KIND, values: NO_VALUES };

/** The look of a guard that takes values by their kind. */
export function lookOf(kinds: number): Look {
  return { kinds, values: NO_VALUES };
}

/** What one of several may take. */
export function mergeLooks(looks: readonly Look[]): Look {
  const values = new Set(looks.flatMap((look) => [...look.values]));
  return { kinds: looks.reduce((kinds, look) => kinds | look.kinds, 0), values };
}

/** Whether a look lets a value pass. */
export function mayTake({ kinds, values }: Look, value: unknown): boolean {
  return (kinds & kindOf(value)) !== 0 || values.has(value);
}

/** The kind of a value. */
export function kindOf(value: unknown): number {
  if (value === null) return Kind.null;
  const name = typeof value;
  if (name === 'object') return kindOfObject(value as object);
  return name === 'function' || name === 'symbol' ? Kind.other : Kind[name];
}

function kindOfObject(value: object): number {
  if (Array.isArray(value)) return Kind.array;
  if (isPlain(value)) return Kind.object;
  if (types.isUint8Array(value)) return Kind.bytes;
  if (types.isDate(value)) return Kind.date;
  if (types.isMap(value)) return Kind.map;
  return types.isSet(value) ? Kind.set : Kind.other;
}
