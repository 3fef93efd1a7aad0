/** Where and why a datagram is no message of the rpcudp wire: docs/rpcudp-wire.md §1. */
import {
  arrayHeaderBytes,
  arrayLength,
  HEADER_BYTES,
  stringHeaderBytes,
  stringLength,
  type RpcudpMalformed,
} from '@rpcudp/core/wire';
import type { Fault } from './fields.js';

/** Bytes of a method's name, at most (§1). */
const NAME_BYTES_MAX = 255;

/** Finds where the core's decoder gave up. */
export function rpcudpFault(bytes: Uint8Array, word: RpcudpMalformed): Fault {
  const { length } = bytes;
  if (word === 'too-small') {
    return { offset: length, reason: `a message has at least ${HEADER_BYTES + 1} bytes, this one ${length}` };
  }
  const pairBytes = arrayHeaderBytes(bytes, HEADER_BYTES);
  const elements = pairBytes === 0 ? undefined : arrayLength(bytes, HEADER_BYTES, pairBytes);
  if (elements !== 2) {
    const found = elements === undefined ? byteAt(bytes, HEADER_BYTES) : `an array of ${elements}`;
    return { offset: HEADER_BYTES, reason: `a request is an array of two, the method and the arguments, not ${found}` };
  }
  return methodFault(bytes, HEADER_BYTES + pairBytes);
}

function methodFault(bytes: Uint8Array, nameAt: number): Fault {
  const headerBytes = stringHeaderBytes(bytes, nameAt);
  if (headerBytes === 0) return { offset: nameAt, reason: `the method is no string (${byteAt(bytes, nameAt)})` };
  const nameBytes = stringLength(bytes, nameAt, headerBytes);
  if (nameBytes > NAME_BYTES_MAX) {
    return { offset: nameAt, reason: `the method's name has ${nameBytes} bytes, and may have ${NAME_BYTES_MAX}` };
  }
  const argsAt = nameAt + headerBytes + nameBytes;
  if (argsAt > bytes.length) {
    const left = bytes.length - nameAt - headerBytes;
    return { offset: nameAt, reason: `the method's name should take ${nameBytes} bytes, and ${left} are left` };
  }
  return { offset: argsAt, reason: `the arguments are no array (${byteAt(bytes, argsAt)})` };
}

function byteAt(bytes: Uint8Array, offset: number): string {
  const byte = bytes[offset];
  return byte === undefined ? 'the bytes end' : `0x${byte.toString(16).padStart(2, '0')}`;
}
