/** Values of calls and replies: from payload bytes to shortened text. */
import { messagePack } from '@rpcudp/core';
import type { ExtensionType } from '@rpcudp/core/endpoint';
import { printable } from '../output/printable.js';
import { hex, quoted } from './literals.js';

/** What payload bytes hold, or why they hold nothing that can be shown. */
export type DecodedValue =
  | { readonly readable: true; readonly bytes: Uint8Array; readonly value: unknown }
  | { readonly readable: false; readonly bytes: Uint8Array; readonly reason: string };

/** A value of an extension type, whose meaning only the two sides know. */
class Extension {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

const EVERY_EXTENSION = Array.from({ length: 128 }, (_, type): ExtensionType => {
  return {
    type,
    is: (value): value is unknown => value instanceof Extension && value.type === type,
    encode: (value) => (value as Extension).bytes,
    decode: (bytes) => new Extension(type, bytes),
  };
});

const codec = messagePack({ extensions: EVERY_EXTENSION });

/** Decodes payload bytes as MessagePack. Never throws: on the native wire another codec may have written them. */
export function decodeValue(bytes: Uint8Array): DecodedValue {
  try {
    return { readable: true, bytes, value: codec.decode(bytes) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'the codec does not say why';
    return { readable: false, bytes, reason: message.replace(/^These bytes cannot be decoded: (.*)\.$/s, '$1') };
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

/** A value as text, as JavaScript would write it; `…` stands for what is left out. */
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

  constructor(limits: ValueLimits) {
    this.#limits = limits;
  }

  add(value: unknown): void {
    if (typeof value === 'string') this.#put(this.#string(value));
    else if (typeof value === 'bigint') this.#put(`${value}n`);
    else if (typeof value !== 'object' || value === null) this.#put(Object.is(value, -0) ? '-0' : String(value));
    else this.#addObject(value);
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

  #addObject(value: object): void {
    if (value instanceof Uint8Array) return this.#put(this.#bytes(value));
    if (value instanceof Date) return this.#put(`Date(${value.toISOString()})`);
    if (value instanceof Extension) return this.#put(`Extension(${value.type}, ${this.#bytes(value.bytes)})`);
    if (Array.isArray(value)) return this.#enclose('[', value, ']', (element) => this.add(element));
    if (value instanceof Map) {
      return this.#enclose('Map { ', value, ' }', ([key, entry]) => {
        this.add(key);
        this.#put(' => ');
        this.add(entry);
      });
    }
    this.#enclose('{ ', Object.entries(value), ' }', ([name, entry]) => {
      this.#put(/^[A-Za-z_$][\w$]*$/.test(name) ? `${name}: ` : `${this.#string(name)}: `);
      this.add(entry);
    });
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

/** Why a value cannot be shown, with the beginning of its bytes. */
export function unreadableText(value: DecodedValue & { readonly readable: false }): string {
  const { bytes, reason } = value;
  const start = bytes.length > SHORT.bytesMax ? `${hex(bytes.subarray(0, SHORT.bytesMax))}…` : hex(bytes);
  return `hex:${start} (undecodable: ${printable(reason)})`;
}
