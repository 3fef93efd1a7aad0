/** A comparison of values that overlooks nothing. */

/** Where two values differ, their prototypes included, or undefined. Values may contain themselves. */
export function difference(a: unknown, b: unknown): string | undefined {
  return new Comparison().difference(a, b, 'value');
}

class Comparison {
  /** What each object was compared with already, or is being. */
  readonly #seen = new Map<object, object>();

  difference(a: unknown, b: unknown, place: string): string | undefined {
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
      return Object.is(a, b) ? undefined : place;
    }
    if (this.#seen.get(a) === b) return undefined;
    this.#seen.set(a, b);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${place} (prototype)`;
    if (contentOf(a) !== contentOf(b)) return `${place} (content)`;
    const [inA, inB] = [insidesOf(a), insidesOf(b)];
    if (inA.length !== inB.length) return `${place} (${inA.length} and ${inB.length} entries)`;
    for (const [index, inside] of inA.entries()) {
      const found = this.#inside(inside, inB[index]!, `${place}.${nameOf(inside, index)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inside([key, enumerable, value]: Inside, other: Inside, place: string): string | undefined {
    if (enumerable !== other[1]) return `${place} (enumerable)`;
    return this.difference(key, other[0], `${place} (key)`) ?? this.difference(value, other[2], place);
  }
}

function nameOf([key]: Inside, index: number): string | number {
  return typeof key === 'string' ? key : index;
}

/** What is in an object beside its properties, if that is no other value. */
function contentOf(value: object): string {
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof RegExp) return `${value.source} ${value.flags} ${value.lastIndex}`;
  if (value instanceof URL) return value.href;
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex');
  if (!ArrayBuffer.isView(value)) return Array.isArray(value) ? `${value.length} elements` : '';
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
}

type Inside = readonly [key: unknown, enumerable: boolean, value: unknown];

/** Entries and properties, but no stack, which is where an error was made. */
function insidesOf(value: object): Inside[] {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].map(([key, each]) => [key, true, each]);
  if (value instanceof Set) return [...(value as Set<unknown>)].map((each) => [undefined, true, each]);
  if (ArrayBuffer.isView(value) || value instanceof URL) return [];
  const described = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([key]) => key !== 'stack');
  const insides = described.map(([key, { enumerable, value: each }]): Inside => [key, enumerable === true, each]);
  // The properties of an error may come in another order: what is hidden stands first.
  return value instanceof Error ? insides.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) : insides;
}
