import { types } from 'node:util';
import { Decoder, Encoder } from '@msgpack/msgpack';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { TransportName } from '../wire-name.js';
import { BULK_HEAD_BYTES, bulkStart, isList } from './bulk.js';
import { decodeBytes, encodeBytes } from './byte-strings.js';
import type { Codec } from './codec.js';
import { inspect } from './encodable.js';
import { UNDEFINED } from './exact-types.js';
import type { ExtensionType } from './extension.js';
import { ExtensionRules } from './extension-rules.js';
import { HAS_TIMESTAMP, scan, type KnownTypes } from './scan.js';
import { recycleMemory } from './messagepack-writer.js';
import { readValue } from './value-reader.js';
import type { ValueTable } from './value-table.js';
import { writeValue } from './value-writer.js';

/** What {@link messagePack} takes. */
export interface MessagePackOptions {
  /** How class instances travel; both sides need the same. Default: none. */
  readonly extensions?: readonly ExtensionType[];
  /**
   * What becomes of class instances without an extension type: they are refused, or sent as plain objects of their own
   * enumerable properties. Default: `'refuse'`.
   */
  readonly instances?: 'refuse' | 'plain';
  /**
   * Whether an object that occurs twice in a value, also inside itself, arrives as one object. Both sides need it; native
   * wire only. It takes a look-up for each object, and handlers must then expect cycles. Default: false.
   */
  readonly references?: boolean;
}

/**
 * The default codec: MessagePack, with hostile bytes refused before they are decoded. On the native wire every value of
 * the language arrives as itself, by extension types that `docs/values.md` specifies. The codec that it gives for the rpcudp
 * wire keeps to what Python knows: `docs/guides/values.md` has both tables.
 *
 * @throws RpcError `INVALID_ARGUMENT` if an extension's type is not a whole number from 0 to 95, or is taken twice.
 */
export function messagePack(options: MessagePackOptions = {}): Codec {
  const { extensions = [], instances = 'refuse', references = false } = options;
  if (!['refuse', 'plain'].includes(instances)) throw invalidOption('instances', "'refuse' or 'plain'", instances);
  if (typeof references !== 'boolean') throw invalidOption('references', 'true or false', references);
  return new MessagePackCodec({
    exact: true,
    references,
    plainInstances: instances === 'plain',
    extensions: new ExtensionRules(extensions),
  });
}

function invalidOption(option: string, expected: string, got: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `messagePack({ ${option} }) must be ${expected}, not ${inspectOption(got)}.`);
}

/**
 * By byte: what the decoder gives for null, booleans and small integers. They are what most methods answer that answer
 * nothing in particular, and for them the decoder's preparations would be most of its work.
 */
const ONE_BYTE_VALUES = oneByteValues();

function oneByteValues(): readonly unknown[] {
  const decoder = new Decoder();
  return Array.from({ length: 256 }, (_, byte) => {
    const small = byte < 0x80 || byte >= 0xe0;
    return small || byte === 0xc0 || byte === 0xc2 || byte === 0xc3 ? decoder.decode([byte]) : undefined;
  });
}

/** What `undefined` is where values are exact: what most methods answer there that answer nothing. */
const UNDEFINED_BYTES = Uint8Array.of(0xc7, 0, UNDEFINED);

/** A value of one byte. */
const NIL = 0xc0;

/** How large a value may be so that the encoder keeps its memory for the next one, in bytes. */
const ENCODER_BYTES_KEPT = 65_536;

/** The arguments of a call are a list, and few have more. */
const LIST_SEARCHED_MAX = 8;

function encoderFor({ extensions }: ValueTable): Encoder {
  return new Encoder({ extensionCodec: extensions, ignoreUndefined: true, maxDepth: Infinity });
}

class MessagePackCodec implements Codec {
  readonly name = 'messagepack';
  readonly #table: ValueTable;
  readonly #types: KnownTypes;
  #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #bulk: NonNullable<Codec['bulk']> = {
    startIn: bulkStart,
    decode: (bytes, rest) => this.#decodeBulk(bytes, rest),
  };

  constructor(table: ValueTable) {
    this.#table = table;
    this.#types = { exact: table.exact, references: table.references, knows: table.extensions.knows };
    this.#encoder = encoderFor(table);
    this.#decoder = new Decoder({ extensionCodec: table.extensions });
  }

  /** No property of its own: a codec that spreads this one and decodes in another way does not have it. */
  get bulk(): NonNullable<Codec['bulk']> {
    return this.#bulk;
  }

  encode(value: unknown): Uint8Array {
    if (value === undefined && this.#table.exact) return new Uint8Array(UNDEFINED_BYTES);
    if (this.#isByteString(value)) return encodeBytes(value);
    const { needsWriter } = inspect(value, this.#table);
    return needsWriter || hasLargeBytes(value) ? writeValue(value, this.#table) : this.#encode(value);
  }

  /** Memory that was given away has no bytes either, and much is left to the writer, which uses memory again. */
  #isByteString(value: unknown): value is Uint8Array {
    if (!ArrayBuffer.isView(value) || !types.isUint8Array(value)) return false;
    if (value.length === 0 || value.length > ENCODER_BYTES_KEPT) return false;
    return !this.#table.extensions.covers(value);
  }

  #encode(value: unknown): Uint8Array {
    const encoded = this.#encoder.encodeSharedRef(value);
    if (encoded.length <= ENCODER_BYTES_KEPT) return encoded.slice();
    // An encoder keeps the memory of its largest value for ever. Handed out, it costs no copy either.
    this.#encoder = encoderFor(this.#table);
    return encoded;
  }

  decode(bytes: Uint8Array): unknown {
    const known = bytes.length === 1 ? ONE_BYTE_VALUES[bytes[0]!] : undefined;
    if (known !== undefined) return known;
    if (this.#table.exact && isUndefined(bytes)) return undefined;
    const byteString = decodeBytes(bytes);
    if (byteString !== undefined) return byteString;
    const found = scan(bytes, this.#types);
    if (typeof found === 'string') throw undecodable(found);
    try {
      return (found | HAS_TIMESTAMP) === HAS_TIMESTAMP
        ? this.#decoder.decode(bytes)
        : readValue(bytes, found, this.#table);
    } catch (error) {
      throw undecodable(types.isNativeError(error) ? error.message : 'an extension type refuses its bytes', error);
    }
  }

  /** With nothing in place of the byte string, whose place is known. */
  #decodeBulk(bytes: Uint8Array, rest: Uint8Array): unknown {
    const start = bulkStart(bytes, bytes.length + rest.length);
    if (start !== bytes.length) throw undecodable('no byte string ends them');
    if (!isList(bytes)) return rest;
    const others = new Uint8Array(start - BULK_HEAD_BYTES + 1);
    others.set(bytes.subarray(0, -BULK_HEAD_BYTES));
    others[others.length - 1] = NIL;
    const list = this.decode(others) as unknown[];
    list[list.length - 1] = rest;
    return list;
  }

  recycle(encoded: Uint8Array): void {
    recycleMemory(encoded);
  }

  forWire(wire: TransportName): Codec {
    return wire !== 'rpcudp' ? this : new MessagePackCodec({ ...this.#table, exact: false, references: false });
  }

  knowsClass(type: abstract new (...args: never[]) => object): boolean {
    return this.#table.extensions.knowClass(type);
  }
}

/** Whether a value, or one of a list, is so many bytes that the writer, which takes memory once for them, copies them least. */
function hasLargeBytes(value: unknown): boolean {
  return isLargeBytes(value) || (Array.isArray(value) && value.length <= LIST_SEARCHED_MAX && value.some(isLargeBytes));
}

/** Bytes alone are never taken for anything else by any table. */
function isLargeBytes(value: unknown): boolean {
  return value instanceof Uint8Array && value.length > ENCODER_BYTES_KEPT;
}

function isUndefined(bytes: Uint8Array): boolean {
  return bytes.length === 3 && bytes[0] === 0xc7 && bytes[1] === 0 && bytes[2] === UNDEFINED;
}

function undecodable(why: string, cause?: unknown): RpcError {
  // An extension type that uses this codec again has said so already.
  if (RpcError.is(cause) && cause.code === 'INVALID_ARGUMENT') return cause;
  return new RpcError('INVALID_ARGUMENT', `These bytes cannot be decoded: ${why}.`, { cause });
}
