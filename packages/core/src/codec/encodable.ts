/** Looks at a value before it is encoded: finds what cannot travel and says where it is. */
import { RpcError } from '../errors.js';
import { VALUE_DEPTH_MAX } from '../limits.js';

/** What {@link inspect} found out about a value that can travel. */
export interface Inspection {
  /** Whether the value contains a map, a bigint or a negative zero, which the library cannot encode by itself. */
  readonly needsAssembly: boolean;
}

const PLAIN: Inspection = { needsAssembly: false };
const ASSEMBLED: Inspection = { needsAssembly: true };

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * Checks a value all through.
 *
 * @throws RpcError `INVALID_ARGUMENT` whose message names the place, such as `value[0].when`.
 */
export function inspect(value: unknown, hasRule: (value: object) => boolean): Inspection {
  if (isSimple(value) || (Array.isArray(value) && value.every(isSimple))) return PLAIN;
  const inspector = new Inspector(hasRule);
  inspector.value(value);
  return inspector.needsAssembly ? ASSEMBLED : PLAIN;
}

/** An index, a property, or the key of a map entry. */
type Step = string | number | { readonly key: unknown };

/** The step to a map's key itself. */
const MAP_KEY: Step = { key: undefined };

class Inspector {
  needsAssembly = false;
  /** The containers on the way to the value at hand, to find cycles; as long as the path. */
  readonly #open: object[] = [];
  readonly #path: Step[] = [];
  readonly #hasRule: (value: object) => boolean;

  constructor(hasRule: (value: object) => boolean) {
    this.#hasRule = hasRule;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'number':
        if (Object.is(value, -0)) this.needsAssembly = true;
        return;
      case 'string':
        if (!value.isWellFormed()) this.#refuse('a string with half of a surrogate pair, which UTF-8 cannot hold');
        return;
      case 'bigint':
        this.needsAssembly = true;
        if (value < INT64_MIN || value > UINT64_MAX) this.#refuse('a bigint outside the 64-bit range');
        return;
      case 'object':
        if (value !== null) this.#object(value);
        return;
      case 'function':
        return this.#refuse('a function');
      case 'symbol':
        return this.#refuse('a symbol');
      default: // booleans and undefined
    }
  }

  #object(value: object): void {
    if (this.#hasRule(value) || value instanceof Uint8Array) return;
    if (Array.isArray(value)) return this.#inside(value, this.#elements);
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) this.#refuse('an invalid Date');
      return;
    }
    if (value instanceof Map) {
      this.needsAssembly = true;
      return this.#inside(value, this.#entries);
    }
    if (!isPlain(value)) return this.#refuseInstance(value);
    this.#inside(value, this.#properties);
  }

  #inside<T extends object>(container: T, each: (container: T) => void): void {
    if (this.#open.includes(container)) this.#refuse('a reference back to something it is part of');
    if (this.#open.length >= VALUE_DEPTH_MAX) this.#refuse(`nested deeper than ${VALUE_DEPTH_MAX} arrays and objects`);
    this.#open.push(container);
    each.call(this, container);
    this.#open.pop();
  }

  #elements(array: readonly unknown[]): void {
    for (let index = 0; index < array.length; index += 1) this.#step(index, array[index]);
  }

  #properties(object: object): void {
    for (const name of Object.keys(object)) {
      if (name === '__proto__') this.#refuse('an object with a property named __proto__');
      if (!name.isWellFormed()) this.#refuse('an object with a property name that UTF-8 cannot hold');
      this.#step(name, (object as Record<string, unknown>)[name]);
    }
  }

  #entries(map: ReadonlyMap<unknown, unknown>): void {
    for (const [key, value] of map) {
      if (key === '__proto__') this.#refuse('a Map with the key __proto__');
      if (hasTwin(key, map)) this.#refuse(`a Map with two keys that are sent as the same, ${String(key)} and another`);
      this.#step(MAP_KEY, key);
      this.#step({ key }, value);
    }
  }

  #step(step: Step, value: unknown): void {
    this.#path.push(step);
    this.value(value);
    this.#path.pop();
  }

  #refuseInstance(value: object): never {
    const name = (value.constructor as { name?: unknown } | undefined)?.name;
    const what = typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object with a prototype';
    const hint =
      ArrayBuffer.isView(value) || value instanceof ArrayBuffer
        ? 'Send a Uint8Array, or an array of numbers.'
        : 'Send a plain object, or register an extension type with the codec.';
    return this.#refuse(what, hint);
  }

  #refuse(what: string, hint = ''): never {
    const place = `value${this.#path.map(formatStep).join('')}`;
    throw new RpcError('INVALID_ARGUMENT', `${place} cannot be sent: it is ${what}. ${hint}`.trimEnd());
  }
}

/** Whether the map has another key that is the same bytes: null for undefined, 5 for 5n. */
function hasTwin(key: unknown, map: ReadonlyMap<unknown, unknown>): boolean {
  if (key === undefined) return map.has(null);
  if (typeof key !== 'bigint') return false;
  const number = Number(key);
  return Number.isSafeInteger(number) && map.has(number);
}

/** Whether a value is one of those that most arguments are, and needs no closer look. Holes in arrays are passed over. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'number') return value !== 0 || !Object.is(value, -0);
  if (typeof value === 'string') return value.isWellFormed();
  return value === null || value === undefined || typeof value === 'boolean';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A prototype without a prototype is Object.prototype, of this realm or another.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function formatStep(step: Step): string {
  if (typeof step === 'number') return `[${step}]`;
  if (typeof step === 'string') return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  if (step === MAP_KEY) return ' (a key)';
  const { key } = step;
  if (typeof key === 'string') return `.get(${JSON.stringify(key)})`;
  return typeof key === 'number' || typeof key === 'bigint' ? `.get(${key})` : `.get(a key of type ${typeof key})`;
}
