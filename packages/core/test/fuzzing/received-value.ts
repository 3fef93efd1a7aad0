/** What holds of every value that came from a stranger. */
import { promise } from './target';

type Class = abstract new (...args: never[]) => object;

/** What bounds a value. */
export interface ValueBounds {
  /** What it was decoded from. */
  readonly bytes: Uint8Array;
  readonly depthMax: number;
  readonly holesMax: number;
  /** Classes of the user's that may be in it. */
  readonly classes: readonly Class[];
}

const CLASSES: readonly Class[] = [
  Object,
  Array,
  Map,
  Set,
  Date,
  RegExp,
  URL,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  ArrayBuffer,
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** Objects, and what they have: whoever gets more in there has changed what all the process does. */
const PROTOTYPES = [Object, Function, ...CLASSES].map(({ prototype }) => prototype as object);
const NAMES = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

export function checkPrototypes(): void {
  for (const [index, prototype] of PROTOTYPES.entries())
    promise(Reflect.ownKeys(prototype).length === NAMES[index], () => 'a prototype has got a property');
}

/** Checks classes, names, depth and size of a value, and that it has its memory for itself. */
export function checkValue(value: unknown, bounds: ValueBounds): void {
  new Walk(bounds).visit(value, 0);
}

class Walk {
  readonly #bounds: ValueBounds;
  readonly #seen = new Set<object>();
  readonly #prototypes: ReadonlySet<unknown>;
  #slots = 0;

  constructor(bounds: ValueBounds) {
    this.#bounds = bounds;
    this.#prototypes = new Set([...CLASSES, ...bounds.classes].map((one) => one.prototype as unknown));
  }

  visit(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return;
    this.#seen.add(value);
    const { bytes, depthMax, holesMax } = this.#bounds;
    promise(depth <= depthMax, () => `a value is nested ${depth} deep`);
    promise(this.#prototypes.has(Object.getPrototypeOf(value)), () => 'a value is of a class that it must not be of');
    promise(!Object.hasOwn(value, '__proto__'), () => 'an object has the property __proto__');
    const memory = value instanceof ArrayBuffer ? value : ArrayBuffer.isView(value) ? value.buffer : undefined;
    promise(memory !== bytes.buffer, () => 'a value shares memory with the bytes that it came in');
    this.#slots += memory !== undefined ? memory.byteLength : Array.isArray(value) ? value.length : 1;
    promise(this.#slots <= bytes.length + holesMax, () => `${bytes.length} bytes make a value of ${this.#slots} slots`);
    for (const inside of insidesOf(value)) this.visit(inside, depth + 1);
  }
}

function insidesOf(value: object): Iterable<unknown> {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return [];
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].flat();
  if (value instanceof Set) return value as Set<unknown>;
  return Object.values(Object.getOwnPropertyDescriptors(value)).map(
    (described: PropertyDescriptor): unknown => described.value,
  );
}
