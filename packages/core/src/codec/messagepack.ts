import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import { RpcError } from '../errors.js';
import { assemble } from './assemble.js';
import type { Codec } from './codec.js';
import { inspect } from './encodable.js';
import type { ExtensionType } from './extension.js';
import { KeyTable, restore } from './restore.js';
import { HAS_BIG_INTEGER, HAS_OTHER_KEY, scan } from './scan.js';

/** What {@link messagePack} takes. */
export interface MessagePackOptions {
  /** How class instances travel; both sides need the same. Default: none. */
  readonly extensions?: readonly ExtensionType[];
}

/** MessagePack's own extension type for moments in time. */
const TIMESTAMP = -1;

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

class MessagePackCodec implements Codec {
  readonly name = 'messagepack';
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  /** Decodes 64-bit integers as bigints, and keys that are not strings through {@link KeyTable}. */
  readonly #exactDecoder: Decoder;
  readonly #keys = new KeyTable();
  readonly #hasRule: (value: object) => boolean;
  readonly #knowsExtension: (type: number) => boolean;

  constructor(extensions: readonly ExtensionType[]) {
    const extensionCodec = registered(extensions);
    const types = new Set([TIMESTAMP, ...extensions.map(({ type }) => type)]);
    this.#hasRule = (value) => extensions.some(({ is }) => is(value));
    this.#knowsExtension = (type) => types.has(type);
    this.#encoder = new Encoder({ extensionCodec, ignoreUndefined: true, maxDepth: Infinity });
    this.#decoder = new Decoder({ extensionCodec });
    this.#exactDecoder = new Decoder({
      extensionCodec,
      useBigInt64: true,
      mapKeyConverter: (key) => this.#keys.replace(key),
    });
  }

  encode(value: unknown): Uint8Array {
    const { needsAssembly } = inspect(value, this.#hasRule);
    return needsAssembly ? assemble(value, this.#encoder, this.#hasRule) : this.#encoder.encode(value);
  }

  decode(bytes: Uint8Array): unknown {
    const found = scan(bytes, this.#knowsExtension);
    if (typeof found === 'string') throw undecodable(found);
    try {
      if (found === 0) return this.#decoder.decode(bytes);
      const exact = (found & (HAS_BIG_INTEGER | HAS_OTHER_KEY)) !== 0;
      return restore((exact ? this.#exactDecoder : this.#decoder).decode(bytes), this.#keys);
    } catch (error) {
      throw undecodable(error instanceof Error ? error.message : String(error));
    } finally {
      this.#keys.clear();
    }
  }
}

function registered(extensions: readonly ExtensionType[]): ExtensionCodec {
  const extensionCodec = new ExtensionCodec();
  const taken = new Set<number>();
  for (const { type, is, encode, decode } of extensions) {
    if (!Number.isInteger(type) || type < 0 || type > 127 || taken.has(type)) {
      const expected = 'each extension type is a whole number from 0 to 127 of its own';
      throw new RpcError('INVALID_ARGUMENT', `messagePack({ extensions }): ${expected}, not ${String(type)}.`);
    }
    taken.add(type);
    extensionCodec.register({
      type,
      encode: (value) => (is(value) ? encode(value) : null),
      decode: (bytes) => decode(bytes),
    });
  }
  return extensionCodec;
}

function undecodable(why: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', `These bytes cannot be decoded: ${why}.`);
}
