/** Looks at a value before it is encoded: finds what cannot travel and says where it is. */
import { types } from 'node:util';
import { RpcError } from '../errors.js';
import { ARRAY_HOLES_MAX, BIGINT_BYTES_MAX, URL_BYTES_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import { isDetached } from './binary.js';
import { errorParts, fieldFault } from './error-parts.js';
import { HIDDEN_STATE, isOnlyProperties, kindOf, type Kind } from './kinds.js';
import { RegExpBudget } from './regexp-budget.js';
import { ELEMENT, formatPath, MAP_KEY, type Step } from './value-path.js';
import type { ValueTable } from './value-table.js';

/** What {@link inspect} found out about a value that can travel. */
export interface Inspection {
  /** Whether the value contains what the library cannot encode by itself. */
  readonly needsWriter: boolean;
}

const PLAIN: Inspection = { needsWriter: false };
const WRITTEN: Inspection = { needsWriter: true };

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
const BIGINT_LIMIT = 1n << BigInt(8 * BIGINT_BYTES_MAX);

/**
 * Checks a value all through.
 *
 * @throws RpcError `INVALID_ARGUMENT` whose message names the place, such as `value[0].when`.
 */
export function inspect(value: unknown, table: ValueTable): Inspection {
  if (isSimple(value, table.exact) || (Array.isArray(value) && areSimple(value, table.exact))) return PLAIN;
  const inspector = new Inspector(table);
  inspector.value(value);
  return inspector.needsWriter ? WRITTEN : PLAIN;
}

class Inspector {
  needsWriter = false;
  /** The containers on the way to the value at hand, to find cycles. */
  readonly #open: object[] = [];
  readonly #path: Step[] = [];
  /** All objects, where those that occur twice are told apart. */
  readonly #seen: Set<object> | undefined;
  readonly #table: ValueTable;
  #holes = 0;
  #regExpBudget: RegExpBudget | undefined;

  constructor(table: ValueTable) {
    this.#table = table;
    this.#seen = table.references ? new Set() : undefined;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'number':
        if (Object.is(value, -0)) this.needsWriter = true;
        return;
      case 'string':
        if (!value.isWellFormed()) this.#refuse('a string with half of a surrogate pair, which UTF-8 cannot hold');
        return;
      case 'bigint':
        return this.#bigint(value);
      case 'undefined':
        if (this.#table.exact) this.needsWriter = true;
        return;
      case 'object':
        if (value !== null) this.#object(value);
        return;
      case 'function':
        return this.#refuse('a function');
      case 'symbol':
        return this.#refuse('a symbol');
      default: // booleans
    }
  }

  #bigint(value: bigint): void {
    this.needsWriter = true;
    if (value >= INT64_MIN && value <= UINT64_MAX) return;
    if (!this.#table.exact) this.#refuse('a bigint outside the 64-bit range');
    if (value >= BIGINT_LIMIT || value <= -BIGINT_LIMIT) {
      this.#refuse(`a bigint of more than ${BIGINT_BYTES_MAX.toLocaleString('en')} bytes`);
    }
  }

  #object(value: object): void {
    if (this.#isRepeated(value) || this.#table.extensions.covers(value)) return;
    const kind = kindOf(value);
    switch (kind) {
      case 'array':
        return this.#inside(value as readonly unknown[], this.#elements);
      case 'object':
        return this.#inside(value, this.#properties);
      case 'bytes':
        return this.#memory(value as Uint8Array);
      case 'date':
        return this.#date(value as Date);
      case 'map':
        this.needsWriter = true;
        return this.#inside(value as ReadonlyMap<unknown, unknown>, this.#entries);
      case 'instance':
        if (!this.#table.plainInstances || !isOnlyProperties(value)) this.#refuseInstance(value);
        return this.#inside(value, this.#properties);
      default:
        if (!this.#table.exact) this.#refuseInstance(value);
        this.needsWriter = true;
        return this.#exactObject(kind, value);
    }
  }

  /** Where references travel, an object is looked at once. */
  #isRepeated(value: object): boolean {
    if (this.#seen === undefined) return false;
    if (!this.#seen.has(value)) {
      this.#seen.add(value);
      return false;
    }
    this.needsWriter = true;
    return true;
  }

  #exactObject(kind: Kind, value: object): void {
    switch (kind) {
      case 'set':
        return this.#inside(value as ReadonlySet<unknown>, this.#members);
      case 'error':
        return this.#inside(value, this.#errorFields);
      case 'binary':
        return this.#memory(value as ArrayBufferView);
      case 'regexp':
        return this.#regExp(value as RegExp);
      case 'url':
        return this.#url(value as URL);
      default:
    }
  }

  #regExp({ source }: RegExp): void {
    this.#step('source', source);
    this.#regExpBudget ??= new RegExpBudget();
    const tooMuch = this.#regExpBudget.add(Buffer.from(source));
    if (tooMuch !== undefined) this.#refuse(`one of ${tooMuch}`);
  }

  #url({ href }: URL): void {
    if (href.length > URL_BYTES_MAX) this.#refuse(`a URL of more than ${URL_BYTES_MAX.toLocaleString('en')} bytes`);
  }

  #memory(value: ArrayBufferView): void {
    if (isDetached(value)) this.#refuse('memory that was transferred to somebody else');
  }

  #date(date: Date): void {
    const invalid = Number.isNaN(date.getTime());
    if (invalid && !this.#table.exact) this.#refuse('an invalid Date');
    // The library knows the dates of its own realm.
    if (invalid || !(date instanceof Date)) this.needsWriter = true;
  }

  #inside<T extends object>(container: T, each: (container: T) => void): void {
    if (this.#seen === undefined && this.#open.includes(container)) {
      this.#refuse('a reference back to something it is part of', this.#table.exact ? REFERENCES_HINT : '');
    }
    if (this.#open.length >= VALUE_DEPTH_MAX) this.#refuse(`nested deeper than ${VALUE_DEPTH_MAX} arrays and objects`);
    this.#open.push(container);
    each.call(this, container);
    this.#open.pop();
  }

  #elements(array: readonly unknown[]): void {
    for (let index = 0; index < array.length; index += 1) {
      const element = array[index];
      if (element === undefined && !Object.hasOwn(array, index)) this.#hole();
      else this.#step(index, element);
    }
  }

  #hole(): void {
    if (this.#table.exact) this.needsWriter = true;
    this.#holes += 1;
    if (this.#holes <= ARRAY_HOLES_MAX) return;
    this.#refuse(`an array with more than ${ARRAY_HOLES_MAX.toLocaleString('en')} holes`, 'Send a Map, or an object.');
  }

  #properties(object: object): void {
    for (const name of Object.keys(object)) this.#property(name, (object as Record<string, unknown>)[name]);
  }

  #property(name: string, value: unknown): void {
    if (name === '__proto__') this.#refuse('an object with a property named __proto__');
    if (!name.isWellFormed()) this.#refuse('an object with a property name that UTF-8 cannot hold');
    this.#step(name, value);
  }

  #errorFields(error: object): void {
    const parts = errorParts(error);
    for (const [name, value] of [...Object.entries(parts.hidden), ...Object.entries(parts.fields)]) {
      const fault = fieldFault(parts.name, name, value);
      if (fault !== undefined) this.#refuse(`an error with ${fault}`);
      this.#property(name, value);
    }
  }

  #members(set: ReadonlySet<unknown>): void {
    for (const member of set) this.#step(ELEMENT, member);
  }

  #entries(map: ReadonlyMap<unknown, unknown>): void {
    for (const [key, value] of map) {
      if (!this.#table.exact) this.#refuseKey(key, map);
      this.#step(MAP_KEY, key);
      this.#step({ key }, value);
    }
  }

  /** Where a Map may become an object, and where several values are sent as the same. */
  #refuseKey(key: unknown, map: ReadonlyMap<unknown, unknown>): void {
    if (key === '__proto__') this.#refuse('a Map with the key __proto__');
    if (hasTwin(key, map)) this.#refuse(`a Map with two keys that are sent as the same, ${String(key)} and another`);
  }

  #step(step: Step, value: unknown): void {
    this.#path.push(step);
    this.value(value);
    this.#path.pop();
  }

  #refuseInstance(value: object): never {
    const name = (value.constructor as { name?: unknown } | undefined)?.name;
    const what = typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object with a prototype';
    return this.#refuse(what, hintFor(value));
  }

  #refuse(what: string, hint = ''): never {
    const place = formatPath(this.#path);
    throw new RpcError('INVALID_ARGUMENT', `${place} cannot be sent: it is ${what}. ${hint}`.trimEnd());
  }
}

const REFERENCES_HINT = 'Give both sides the codec messagePack({ references: true }) to send such values.';

/** What to send where Python has no such value. */
const ELSEWHERE: Partial<Record<Kind, string>> = {
  set: 'Send an array.',
  error: 'Send a plain object of what it holds.',
  regexp: 'Send its source.',
  url: 'Send its href.',
};

function hintFor(value: object): string {
  const instead = ELSEWHERE[kindOf(value)];
  if (instead !== undefined) return `Only the native wire has such values. ${instead}`;
  if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return 'Send a Uint8Array, or an array of numbers.';
  if (HIDDEN_STATE.promise(value)) return 'Await it before it is sent.';
  if (HIDDEN_STATE.boxed(value)) return 'Send the primitive value in it.';
  return 'Send a plain object, or register an extension type with the codec.';
}

/** Whether the map has another key that is the same bytes: null for undefined, 5 for 5n. */
function hasTwin(key: unknown, map: ReadonlyMap<unknown, unknown>): boolean {
  if (key === undefined) return map.has(null);
  if (typeof key !== 'bigint') return false;
  const number = Number(key);
  return Number.isSafeInteger(number) && map.has(number);
}

/** Whether a value is one of those that most arguments are, and needs no closer look. */
function isSimple(value: unknown, exact: boolean): boolean {
  if (typeof value === 'number') return value !== 0 || !Object.is(value, -0);
  if (typeof value === 'string') return value.isWellFormed();
  return value === null || typeof value === 'boolean' || (value === undefined && !exact);
}

function areSimple(array: readonly unknown[], exact: boolean): boolean {
  for (const element of array) if (!isSimple(element, exact)) return false;
  return true;
}
