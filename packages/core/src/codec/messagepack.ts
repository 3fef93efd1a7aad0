import { Decoder, Encoder } from '@msgpack/msgpack';
import { RpcError } from '../errors.js';
import { assemble } from './assemble.js';
import { doubleMarks } from './byte-order-marks.js';
import type { Codec } from './codec.js';
import { inspect } from './encodable.js';
import type { ExtensionType } from './extension.js';
import { ExtensionRules } from './extension-rules.js';
import { KeyTable, restore } from './restore.js';
import { HAS_BIG_INTEGER, HAS_MARK, HAS_OTHER_KEY, markedStrings, scan } from './scan.js';

/** What {@link messagePack} takes. */
export interface MessagePackOptions {
  /** How class instances travel; both sides need the same. Default: none. */
  readonly extensions?: readonly ExtensionType[];
}

/**
 * The default codec: MessagePack through `@msgpack/msgpack`, with the gaps between JavaScript's values and MessagePack's
 * closed, and with hostile bytes refused before they are decoded. `docs/guides/values.md` has the table of what travels
 * how.
 *
 * @throws RpcError `INVALID_ARGUMENT` if an extension's type is not a whole number from 0 to 127, or is taken twice.
 */
export function messagePack(options: MessagePackOptions = {}): Codec {
  return new MessagePackCodec(options.extensions ?? []);
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

class MessagePackCodec implements Codec {
  readonly name = 'messagepack';
  readonly #rules: ExtensionRules;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;

  constructor(extensions: readonly ExtensionType[]) {
    this.#rules = new ExtensionRules(extensions);
    this.#encoder = new Encoder({ extensionCodec: this.#rules, ignoreUndefined: true, maxDepth: Infinity });
    this.#decoder = new Decoder({ extensionCodec: this.#rules });
  }

  encode(value: unknown): Uint8Array {
    const { needsAssembly } = inspect(value, this.#rules.covers);
    return needsAssembly ? assemble(value, this.#encoder, this.#rules.covers) : this.#encoder.encode(value);
  }

  decode(bytes: Uint8Array): unknown {
    const known = bytes.length === 1 ? ONE_BYTE_VALUES[bytes[0]!] : undefined;
    if (known !== undefined) return known;
    const found = scan(bytes, this.#rules.knows);
    if (typeof found === 'string') throw undecodable(found);
    try {
      if (found === 0) return this.#decoder.decode(bytes);
      const decodable = (found & HAS_MARK) === 0 ? bytes : doubleMarks(bytes, markedStrings(bytes));
      if ((found & (HAS_BIG_INTEGER | HAS_OTHER_KEY)) !== 0) return this.#decodeExactly(decodable);
      return restore(this.#decoder.decode(decodable));
    } catch (error) {
      throw undecodable(error instanceof Error ? error.message : 'an extension type refuses its bytes', error);
    }
  }

  /** With 64-bit integers as bigints, and with keys that are not strings. */
  #decodeExactly(bytes: Uint8Array): unknown {
    // A decoder and a table of its own: the decode function of an extension type may use this codec again.
    const keys = new KeyTable();
    const decoder = new Decoder({
      extensionCodec: this.#rules,
      useBigInt64: true,
      mapKeyConverter: (key) => keys.replace(key),
    });
    return restore(decoder.decode(bytes), keys);
  }
}

function undecodable(why: string, cause?: unknown): RpcError {
  // An extension type that uses this codec again has said so already.
  if (RpcError.is(cause) && cause.code === 'INVALID_ARGUMENT') return cause;
  return new RpcError('INVALID_ARGUMENT', `These bytes cannot be decoded: ${why}.`, { cause });
}
