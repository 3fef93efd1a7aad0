/**
 * Encodes the values that `@msgpack/msgpack` has no encoding for. The bytes of everything else are the same as the
 * library's. Values have been looked at by `inspect`.
 */
import { encodeDateToTimeSpec, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
import { RpcError } from '../errors.js';
import { binaryParts } from './binary.js';
import { errorParts } from './error-parts.js';
import * as exact from './exact-types.js';
import { TIMESTAMP } from './extension-rules.js';
import { kindOf, type Kind } from './kinds.js';
import { MessagePackWriter } from './messagepack-writer.js';
import type { ValueTable } from './value-table.js';

const NOTHING = new Uint8Array(0);
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

export function writeValue(value: unknown, table: ValueTable): Uint8Array {
  const writer = new ValueWriter(table);
  writer.value(value);
  return writer.out.take();
}

class ValueWriter {
  readonly out = new MessagePackWriter();
  readonly #table: ValueTable;
  /** The number of each object that was written, in the order in which they begin. */
  readonly #numbers: Map<object, number> | undefined;

  constructor(table: ValueTable) {
    this.#table = table;
    this.#numbers = table.references ? new Map() : undefined;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.#table.exact ? this.out.extension(exact.UNDEFINED, NOTHING) : this.out.nil();
      case 'boolean':
        return this.out.boolean(value);
      case 'number':
        return this.out.number(value);
      case 'string':
        return this.out.string(value);
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        return value === null ? this.out.nil() : this.#object(value);
      default:
        // A getter that gave something else before.
        throw new RpcError('INVALID_ARGUMENT', `A ${typeof value} cannot be sent.`);
    }
  }

  #bigint(value: bigint): void {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      if (value >= INT64_MIN && value <= UINT64_MAX) return this.out.bigint64(value);
    } else if (!this.#table.exact) {
      return this.out.number(number);
    }
    const digits = (value < 0n ? -value : value).toString(16);
    const magnitude = value === 0n ? '' : digits.padStart(digits.length + (digits.length % 2), '0');
    this.out.extension(exact.BIGINT, Buffer.from((value < 0n ? '01' : '00') + magnitude, 'hex'));
  }

  #object(value: object): void {
    const before = this.#numbers?.get(value);
    if (before !== undefined) return this.out.numberExtension(exact.REFERENCE, before);
    this.#numbers?.set(value, this.#numbers.size);
    const extended = this.#table.extensions.encode(value);
    if (extended !== undefined) return this.out.extension(extended.type, extended.bytes);
    WRITE[kindOf(value)](this, value as never);
  }

  array(array: readonly unknown[]): void {
    this.out.arrayHead(this.#table.exact ? itemsOf(array) : array.length);
    for (let index = 0; index < array.length; index += 1) {
      const holes = this.#table.exact ? holesFrom(array, index) : 0;
      if (holes === 0) this.value(array[index]);
      else this.out.numberExtension(exact.HOLES, holes);
      if (holes > 1) index += holes - 1;
    }
  }

  date(date: Date): void {
    if (Number.isNaN(date.getTime())) return this.out.extension(exact.INVALID_DATE, NOTHING);
    this.out.extension(TIMESTAMP, encodeTimeSpecToTimestamp(encodeDateToTimeSpec(date)));
  }

  map(map: ReadonlyMap<unknown, unknown>): void {
    if (this.#table.exact) this.nested(exact.MAP, () => this.entries([...map]));
    else this.entries([...map]);
  }

  properties(object: Record<string, unknown>): void {
    const entries = Object.entries(object);
    this.entries(this.#table.exact ? entries : entries.filter(([, value]) => value !== undefined));
  }

  entries(entries: readonly (readonly [unknown, unknown])[]): void {
    this.out.mapHead(entries.length);
    for (const [key, value] of entries) {
      this.value(key);
      this.value(value);
    }
  }

  set(set: ReadonlySet<unknown>): void {
    const members = [...set];
    this.nested(exact.SET, () => {
      this.out.arrayHead(members.length);
      for (const member of members) this.value(member);
    });
  }

  regexp({ source, flags }: RegExp): void {
    this.nested(exact.REGEXP, () => {
      this.out.string(source);
      this.out.string(flags);
    });
  }

  binary(value: ArrayBuffer | ArrayBufferView): void {
    const [number, bytes] = binaryParts(value);
    this.nested(exact.BINARY, () => {
      this.out.byte(number);
      this.out.raw(bytes);
    });
  }

  error(error: object): void {
    const { name, hidden, fields } = errorParts(error);
    this.nested(exact.ERROR, () => {
      this.out.byte(exact.ERROR_NAMES.indexOf(name));
      this.entries(Object.entries(hidden));
      this.entries(Object.entries(fields));
    });
  }

  nested(type: number, payload: () => void): void {
    const start = this.out.beginExtension();
    payload();
    this.out.endExtension(type, start);
  }
}

type Write = (writer: ValueWriter, value: never) => void;

const WRITE: Readonly<Record<Kind, Write>> = {
  array: (writer, array: readonly unknown[]) => writer.array(array),
  bytes: (writer, bytes: Uint8Array) => writer.out.bytes(bytes),
  date: (writer, date: Date) => writer.date(date),
  map: (writer, map: ReadonlyMap<unknown, unknown>) => writer.map(map),
  object: (writer, object: Record<string, unknown>) => writer.properties(object),
  instance: (writer, object: Record<string, unknown>) => writer.properties(object),
  set: (writer, set: ReadonlySet<unknown>) => writer.set(set),
  binary: (writer, value: ArrayBuffer | ArrayBufferView) => writer.binary(value),
  error: (writer, error: object) => writer.error(error),
  regexp: (writer, regexp: RegExp) => writer.regexp(regexp),
  url: (writer, { href }: URL) => writer.nested(exact.URL_TEXT, () => writer.out.text(href)),
};

/** How many elements an array has with each run of holes counted as one. */
function itemsOf(array: readonly unknown[]): number {
  let items = 0;
  for (let index = 0; index < array.length; index += Math.max(1, holesFrom(array, index))) items += 1;
  return items;
}

/** How many holes follow each other from an index on. */
function holesFrom(array: readonly unknown[], index: number): number {
  let end = index;
  while (end < array.length && array[end] === undefined && !Object.hasOwn(array, end)) end += 1;
  return end - index;
}
