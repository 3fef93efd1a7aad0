/**
 * What an object holds, itself and all that is reached from it. The bundle has made the private fields of engines public, so
 * nothing of them is hidden but what closures hold.
 */

/** What is held, in numbers. */
export interface Held {
  readonly objects: number;
  /** Of maps and sets. */
  readonly entries: number;
  /** Of arrays. */
  readonly slots: number;
  /** Of binary data. */
  readonly bytes: number;
}

/** What is not looked at: names of classes and of fields. */
export interface Overlooked {
  readonly classes: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

export function heldBy(root: object, overlooked: Overlooked): Held {
  const walk = new Walk(overlooked);
  walk.from(root);
  const { objects, entries, slots, bytes } = walk;
  return { objects, entries, slots, bytes };
}

/** A number that is another one, but for chance, if anything of what is held is. */
export function digestOf(root: object, overlooked: Overlooked): number {
  const walk = new Walk(overlooked);
  walk.from(root);
  return walk.digest;
}

/** Memory that is one for all engines, such as that of WebAssembly, is nobody's. */
const SHARED_BYTES_MIN = 1 << 20;

class Walk {
  objects = 0;
  entries = 0;
  slots = 0;
  bytes = 0;
  digest = 0x811c9dc5;
  readonly #overlooked: Overlooked;
  readonly #seen = new Map<object, number>();
  readonly #waiting: object[] = [];

  constructor(overlooked: Overlooked) {
    this.#overlooked = overlooked;
  }

  from(root: object): void {
    this.#value(root);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#object(next);
  }

  #value(value: unknown): void {
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'boolean' || value === undefined || value === null) return this.#mix(value === true ? 1 : 2);
    if (typeof value === 'object') this.#reference(value);
  }

  #reference(value: object): void {
    const known = this.#seen.get(value);
    if (known !== undefined) return this.#mix(known);
    this.#seen.set(value, this.#seen.size);
    this.#waiting.push(value);
  }

  #object(value: object): void {
    if (this.#overlooked.classes.has(value.constructor.name)) return;
    this.objects += 1;
    if (ArrayBuffer.isView(value)) return this.#memory(value);
    if (Array.isArray(value)) {
      this.slots += value.length;
      return this.#all(value);
    }
    if (value instanceof Map) {
      this.entries += value.size;
      this.#all((value as Map<unknown, unknown>).keys());
      return this.#all((value as Map<unknown, unknown>).values());
    }
    if (value instanceof Set) {
      this.entries += value.size;
      return this.#all(value as Set<unknown>);
    }
    for (const field in value) {
      if (!this.#overlooked.fields.has(field)) this.#value(value[field as never]);
    }
  }

  #all(values: Iterable<unknown>): void {
    this.#mix(1);
    for (const value of values) this.#value(value);
  }

  /** What a view keeps alive is the whole of its memory. */
  #memory({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    if (buffer.byteLength >= SHARED_BYTES_MIN) return;
    if (!this.#seen.has(buffer)) {
      this.#seen.set(buffer, this.#seen.size);
      this.bytes += buffer.byteLength;
    }
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) this.#mix(byte);
  }

  #number(value: number): void {
    NUMBER[0] = value;
    this.#mix(WORDS[0]!);
    this.#mix(WORDS[1]!);
  }

  #text(value: string): void {
    for (let index = 0; index < value.length; index += 1) this.#mix(value.charCodeAt(index));
  }

  #mix(value: number): void {
    this.digest = Math.imul(this.digest ^ value, 0x01000193) >>> 0;
  }
}

const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);
