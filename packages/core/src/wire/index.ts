/**
 * @packageDocumentation
 * Both wires as bytes and frames, without an engine: for tools that look at datagrams. Decoding never throws, and what it
 * gives are views into the datagram. What the fields mean is in `docs/protocol.md` and `docs/rpcudp-wire.md`; the shape
 * may change with any minor version.
 */
import type { Frame } from './native/frame-types.js';
import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
  SEALED_PLAIN_PACKET_1,
  VERSION,
} from './native/packet.js';

/** The first bytes of the native wire's packets: `docs/protocol.md` §2. */
export const PACKET_TYPES = {
  OPENING: OPENING_PACKET,
  PLAIN: PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING: SEALED_OPENING_PACKET,
  SEALED_PLAIN: SEALED_PLAIN_PACKET,
  SEALED_PLAIN_1: SEALED_PLAIN_PACKET_1,
} as const;

/** The version of the native wire that opening packets name. */
export const NATIVE_VERSION = VERSION;

/** One statement inside a packet: `docs/protocol.md` §3. Its `type` is one of {@link FRAME_TYPES}. */
export type NativeFrame = Frame;

export {
  decodePacket,
  HANDSHAKE_BYTES_MAX,
  ID_BYTES,
  OPENING_HEADER_BYTES,
  PLAIN_HEADER_BYTES,
  RESET_BYTES,
  RESET_TOKEN_BYTES,
  SEAL_BYTES,
  type NativeMalformed,
  type NativePacket,
} from './native/packet.js';
export { ACK_RANGES_MAX, decodeFrames, END_DONE, FRAME_TYPES, RETRY_TOKEN_BYTES_MAX } from './native/frames.js';
export { Reader } from './native/reader.js';
export {
  decodeDatagram,
  HEADER_BYTES,
  REQUEST,
  RESPONSE,
  type RpcudpMalformed,
  type RpcudpRequest,
  type RpcudpResponse,
} from './rpcudp.js';
export { arrayHeaderBytes, arrayLength, stringHeaderBytes, stringLength } from './messagepack-headers.js';
