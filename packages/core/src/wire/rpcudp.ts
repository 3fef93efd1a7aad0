/**
 * The rpcudp wire: bytes ↔ frames. `docs/rpcudp-wire.md` describes it; the sections cited are there.
 *
 * ```
 * byte 0       0x00 request, 0x01 response
 * bytes 1–20   message id, random
 * byte 21 …    MessagePack: [method, args] in a request, the bare value in a response
 * ```
 */
import { METHOD_NAME_BYTES_MAX } from '../limits.js';
import { arrayHeaderBytes, arrayLength, stringHeaderBytes, stringLength } from './messagepack-headers.js';
import { view } from './view.js';

/** First byte of a request (§1). */
export const REQUEST = 0x00;
/** First byte of a response (§1). */
export const RESPONSE = 0x01;
/** Bytes of a message id (§1). */
export const MESSAGE_ID_BYTES = 20;
/** Bytes before the MessagePack part (§1). */
export const HEADER_BYTES = 1 + MESSAGE_ID_BYTES;

/** A request: views into the datagram, nothing copied. */
export interface RpcudpRequest {
  readonly type: 'request';
  readonly id: Uint8Array;
  /** The method's name, UTF-8. */
  readonly method: Uint8Array;
  /** The encoded array of arguments, up to the end of the datagram. Its inside has not been looked at. */
  readonly args: Uint8Array;
}

/** A response: views into the datagram, nothing copied. */
export interface RpcudpResponse {
  readonly type: 'response';
  readonly id: Uint8Array;
  /** The encoded value, up to the end of the datagram. Its inside has not been looked at. */
  readonly value: Uint8Array;
}

/** Why bytes are not a frame of this wire (§4). */
export type RpcudpMalformed = 'too-small' | 'unknown-type' | 'malformed-request';

/** Decodes a datagram; a word instead of a frame says why it is none. Never throws. */
export function decodeDatagram(datagram: Uint8Array): RpcudpRequest | RpcudpResponse | RpcudpMalformed {
  if (datagram.length <= HEADER_BYTES) return 'too-small';
  const type = datagram[0];
  if (type === RESPONSE) {
    return { type: 'response', id: view(datagram, 1, HEADER_BYTES), value: view(datagram, HEADER_BYTES) };
  }
  return type === REQUEST ? decodeRequest(datagram) : 'unknown-type';
}

function decodeRequest(datagram: Uint8Array): RpcudpRequest | RpcudpMalformed {
  const pairBytes = arrayHeaderBytes(datagram, HEADER_BYTES);
  if (pairBytes === 0 || arrayLength(datagram, HEADER_BYTES, pairBytes) !== 2) return 'malformed-request';
  const nameAt = HEADER_BYTES + pairBytes;
  const nameHeaderBytes = stringHeaderBytes(datagram, nameAt);
  if (nameHeaderBytes === 0) return 'malformed-request';
  const nameStart = nameAt + nameHeaderBytes;
  const nameBytes = stringLength(datagram, nameAt, nameHeaderBytes);
  const argsAt = nameStart + nameBytes;
  if (nameBytes > METHOD_NAME_BYTES_MAX || arrayHeaderBytes(datagram, argsAt) === 0) return 'malformed-request';
  return {
    type: 'request',
    id: view(datagram, 1, HEADER_BYTES),
    method: view(datagram, nameStart, argsAt),
    args: view(datagram, argsAt),
  };
}

/** Bytes that `[method, args]` takes when packed: what `RPCUDP_REQUEST_BYTES_MAX` limits (§2). */
export function packedRequestBytes(method: Uint8Array, args: Uint8Array): number {
  return 1 + (method.length < 32 ? 1 : 2) + method.length + args.length;
}

/** Encodes a request. `method` has at most `METHOD_NAME_BYTES_MAX` bytes, `args` is an encoded array. */
export function encodeRequest(id: Uint8Array, method: Uint8Array, args: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(HEADER_BYTES + packedRequestBytes(method, args));
  datagram[0] = REQUEST;
  datagram.set(id, 1);
  let at = HEADER_BYTES;
  datagram[at++] = 0x92; // an array of two
  if (method.length < 32) {
    datagram[at++] = 0xa0 | method.length; // fixstr
  } else {
    datagram[at++] = 0xd9; // str 8
    datagram[at++] = method.length;
  }
  datagram.set(method, at);
  datagram.set(args, at + method.length);
  return datagram;
}

/** Encodes a response. */
export function encodeResponse(id: Uint8Array, value: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(HEADER_BYTES + value.length);
  datagram[0] = RESPONSE;
  datagram.set(id, 1);
  datagram.set(value, HEADER_BYTES);
  return datagram;
}
