import type { TransportName } from '../wire-name.js';

/**
 * Turns values into payload bytes and back. The default is {@link messagePack}. The rpcudp wire is made of MessagePack, so
 * another codec on it must still write and read that.
 */
export interface Codec {
  /** For log lines and errors, such as `'messagepack'`. */
  readonly name: string;

  /**
   * Encodes a value. The caller owns the bytes.
   *
   * @throws RpcError `INVALID_ARGUMENT` that names the place in the value that cannot be encoded.
   */
  encode(value: unknown): Uint8Array;

  /**
   * Decodes exactly one value, which must take all of the bytes. They may come from anybody. The result shares no
   * memory with them.
   *
   * @throws RpcError `INVALID_ARGUMENT` that says what is wrong, and never more than it.
   */
  decode(bytes: Uint8Array): unknown;

  /**
   * Nobody needs bytes any more that `encode` gave: their memory may be used for others. Without it, they are left to the
   * collector.
   */
  recycle?(encoded: Uint8Array): void;

  /**
   * For large values whose last part is plain bytes: what of them is received into memory of its own, and becomes part of the
   * value without another copy. Without it, all bytes of a value lie together and are decoded so.
   */
  readonly bulk?: {
    /**
     * Where those bytes begin, in an encoded value of so many bytes of which the first are here. They go on to its end.
     * Undefined if there are none, or the first bytes do not show them.
     */
    startIn(first: Uint8Array, totalBytes: number): number | undefined;

    /**
     * Decodes as `decode` does. The value may keep `rest`, which nobody else has.
     *
     * @param bytes What is before `rest`.
     */
    decode(bytes: Uint8Array, rest: Uint8Array): unknown;
  };

  /**
   * The codec for the calls of one wire, where wires differ in what they can carry. Asked once for each wire of an endpoint.
   * A codec without it is used as it is on all of them.
   */
  forWire?(wire: TransportName): Codec;

  /**
   * Whether it gives instances of a class where they were sent, so that nothing else is one. Nobody knows without this: it is
   * asked, when a service is served, about classes that a compiler recorded for parameters.
   */
  knowsClass?(type: abstract new (...args: never[]) => object): boolean;
}

/** Decodes a value, what follows it in memory of its own included, if there is such. */
export function decodeJoined(codec: Codec, bytes: Uint8Array, rest: Uint8Array | undefined): unknown {
  return rest === undefined ? codec.decode(bytes) : codec.bulk!.decode(bytes, rest);
}

/** The codec of each wire, made of the one that an endpoint was given. */
export function wireCodecs(codec: Codec, wires: readonly TransportName[]): ReadonlyMap<TransportName, Codec> {
  return new Map(wires.map((wire) => [wire, codec.forWire?.(wire) ?? codec]));
}
