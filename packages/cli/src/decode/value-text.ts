/** A value as text, as JavaScript would write it; `…` stands for what is left out. */
import { types } from 'node:util';
import { hex, quoted } from './literals.js';
import { printable } from '../output/printable.js';

/** A value of a user's extension type, whose meaning only the two sides know. */
export class Extension {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

/** How much of a value is shown. */
export interface ValueLimits {
  /** Characters of the whole. */
  readonly charactersMax: number;
  /** Characters of one string. */
  readonly stringMax: number;
  /** Bytes of one byte array. */
  readonly bytesMax: number;
}

export const SHORT: ValueLimits = { charactersMax: 160, stringMax: 60, bytesMax: 20 };
export const WHOLE: ValueLimits = { charactersMax: Infinity, stringMax: Infinity, bytesMax: Infinity };

export function valueText(value: unknown, limits: ValueLimits): string {
  const text = new ValueText(limits);
  text.add(value);
  return text.result;
}

/** Several values with commas between, as in the parentheses of a call. */
export function listText(values: readonly unknown[], limits: ValueLimits): string {
  const text = new ValueText(limits);
  text.addAll(values, (value) => text.add(value));
  return text.result;
}

/** Writes a value until it has become too long. */
class ValueText {
  result = '';
  readonly #limits: ValueLimits;
  /** What is being written, which may contain itself. */
  readonly #open: object[] = [];

  constructor(limits: ValueLimits) {
    this.#limits = limits;
  }

  add(value: unknown): void {
    if (typeof value === 'string') this.#put(this.#string(value));
    else if (typeof value === 'bigint') this.#put(`${value}n`);
    else if (typeof value !== 'object' || value === null) this.#put(Object.is(value, -0) ? '-0' : String(value));
    else if (this.#open.includes(value)) this.#put('…again');
    else this.#addInside(value);
  }

  /** Adds elements until there is no more room. */
  addAll<T>(elements: Iterable<T>, add: (element: T) => void): void {
    let first = true;
    for (const element of elements) {
      if (!first) this.#put(', ');
      first = false;
      if (this.result.length >= this.#limits.charactersMax) return this.#put('…');
      add(element);
    }
  }

  #addInside(value: object): void {
    this.#open.push(value);
    this.#addObject(value);
    this.#open.pop();
  }

  #addObject(value: object): void {
    const leaf = this.#leaf(value);
    if (leaf !== undefined) return this.#put(leaf);
    if (Array.isArray(value)) return this.#enclose('[', elementsOf(value), ']', (element) => this.#element(element));
    if (types.isSet(value)) return this.#enclose('Set { ', value, ' }', (element) => this.add(element));
    if (types.isMap(value)) {
      return this.#enclose('Map { ', value, ' }', ([key, entry]) => {
        this.add(key);
        this.#put(' => ');
        this.add(entry);
      });
    }
    if (types.isNativeError(value)) return this.#error(value);
    this.#enclose('{ ', Object.entries(value), ' }', (entry) => this.#property(entry));
  }

  /** What has nothing inside. */
  #leaf(value: object): string | undefined {
    if (types.isUint8Array(value)) return this.#bytes(value);
    if (types.isDate(value)) return `Date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`;
    if (value instanceof Extension) return `Extension(${value.type}, ${this.#bytes(value.bytes)})`;
    if (types.isAnyArrayBuffer(value)) return `ArrayBuffer(${this.#bytes(new Uint8Array(value))})`;
    if (types.isRegExp(value)) return printable(String(value));
    if (value instanceof URL) return `URL(${this.#string(value.href)})`;
    if (!ArrayBuffer.isView(value)) return undefined;
    const name = types.isTypedArray(value) ? value[Symbol.toStringTag] : 'DataView';
    return `${name}(${this.#bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`;
  }

  #error(error: Error): void {
    this.#put(`${printable(error.name)}(${this.#string(error.message)})`);
    const shown = ['cause', 'errors'].filter(
      (name) => Object.hasOwn(error, name) && !Object.keys(error).includes(name),
    );
    const hidden = shown.map((name): [string, unknown] => [name, (error as unknown as Record<string, unknown>)[name]]);
    const entries = [...hidden, ...Object.entries(error).filter(([name]) => name !== 'name')];
    if (entries.length > 0) this.#enclose(' { ', entries, ' }', (entry) => this.#property(entry));
  }

  #property([name, value]: readonly [string, unknown]): void {
    this.#put(/^[A-Za-z_$][\w$]*$/.test(name) ? `${name}: ` : `${this.#string(name)}: `);
    this.add(value);
  }

  #element(element: unknown): void {
    if (element instanceof Holes) this.#put(element.text);
    else this.add(element);
  }

  #enclose<T>(open: string, elements: Iterable<T>, close: string, add: (element: T) => void): void {
    this.#put(open);
    this.addAll(elements, add);
    this.#put(close);
  }

  #string(text: string): string {
    const { stringMax } = this.#limits;
    return text.length > stringMax ? `${quoted(text.slice(0, stringMax))}… (${text.length} characters)` : quoted(text);
  }

  #bytes(bytes: Uint8Array): string {
    const { bytesMax } = this.#limits;
    if (bytes.length <= bytesMax) return `hex:${hex(bytes)}`;
    return `hex:${hex(bytes.subarray(0, bytesMax))}… (${bytes.length} bytes)`;
  }

  #put(text: string): void {
    this.result += text;
  }
}

/** Holes of a sparse array that follow each other. */
class Holes {
  count = 0;

  get text(): string {
    return `<${this.count} ${this.count === 1 ? 'hole' : 'holes'}>`;
  }
}

/** The elements of an array, each run of holes as one. */
function elementsOf(array: readonly unknown[]): unknown[] {
  const elements: unknown[] = [];
  for (let index = 0; index < array.length; index += 1) {
    if (index in array) {
      elements.push(array[index]);
      continue;
    }
    if (!(elements.at(-1) instanceof Holes)) elements.push(new Holes());
    (elements.at(-1) as Holes).count += 1;
  }
  return elements;
}
