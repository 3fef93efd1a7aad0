/** Where and why a packet of the native wire stops to make sense before its frames: docs/protocol.md §2 and §11.2. */
import {
  FRAME_TYPES,
  HANDSHAKE_BYTES_MAX,
  ID_BYTES,
  NATIVE_VERSION,
  OPENING_HEADER_BYTES,
  PACKET_TYPES,
  PLAIN_HEADER_BYTES,
  RESET_BYTES,
  RESET_TOKEN_BYTES,
  RETRY_TOKEN_BYTES_MAX,
  SEAL_BYTES,
} from '@rpcudp/core/wire';
import { Fields, type Fault } from './fields.js';

/** What is wrong before the frames, if anything is. */
export function headerFault(bytes: Uint8Array): Fault | undefined {
  switch (bytes[0]) {
    case PACKET_TYPES.RESET:
      return resetFault(bytes);
    case PACKET_TYPES.RETRY:
      return retryFault(bytes);
    case PACKET_TYPES.OPENING:
      return openingFault(bytes, 'an opening packet');
    case PACKET_TYPES.SEALED_OPENING:
      return openingFault(bytes, 'a sealed opening packet') ?? sealedOpeningFault(bytes);
    case PACKET_TYPES.PLAIN:
      return tooShort(bytes, 'a packet', PLAIN_HEADER_BYTES + 1);
    default:
      return tooShort(bytes, 'a sealed packet', PLAIN_HEADER_BYTES + 1 + SEAL_BYTES);
  }
}

/** HELLO comes first in every opening packet, and in no other. */
export function helloFault(opening: boolean, firstType: number | undefined, offset: number): Fault | undefined {
  if (opening === (firstType === FRAME_TYPES.HELLO)) return undefined;
  const reason = opening ? 'an opening packet begins with HELLO' : 'HELLO: only opening packets have it';
  return { offset, reason };
}

function resetFault({ length }: Uint8Array): Fault {
  const most = RESET_BYTES + RESET_TOKEN_BYTES;
  const reason = `a reset has ${RESET_BYTES} bytes, or ${most} with its token, this one ${length}`;
  return { offset: Math.min(length, length < most ? RESET_BYTES : most), reason };
}

function retryFault({ length }: Uint8Array): Fault {
  const most = 1 + ID_BYTES + RETRY_TOKEN_BYTES_MAX;
  const reason = `a retry has from ${2 + ID_BYTES} to ${most} bytes, this one ${length}`;
  return { offset: Math.min(length, most), reason };
}

function openingFault(bytes: Uint8Array, what: string): Fault | undefined {
  const short = tooShort(bytes, what, OPENING_HEADER_BYTES + 1);
  if (short !== undefined) return short;
  if (bytes[1] !== NATIVE_VERSION)
    return { offset: 1, reason: `version ${bytes[1]!}, where ${NATIVE_VERSION} is known` };
  const zero = bytes.subarray(2, 2 + ID_BYTES).every((byte) => byte === 0);
  return zero ? { offset: 2, reason: 'the source id is zero' } : undefined;
}

function sealedOpeningFault(bytes: Uint8Array): Fault | undefined {
  const fields = new Fields(bytes, OPENING_HEADER_BYTES);
  boundedBytes(fields, 'the token', RETRY_TOKEN_BYTES_MAX);
  boundedBytes(fields, 'the handshake message', HANDSHAKE_BYTES_MAX);
  const least = SEAL_BYTES + 1;
  fields.expect(fields.remaining >= least, bytes.length, `what is sealed has at least ${least} bytes, with its tag`);
  return fields.fault;
}

function boundedBytes(fields: Fields, name: string, most: number): void {
  const offset = fields.at;
  const length = fields.bytes(name);
  fields.expect(length <= most, offset, `${name} has ${length} bytes, where ${most} are the most`);
}

function tooShort({ length }: Uint8Array, what: string, least: number): Fault | undefined {
  return length < least
    ? { offset: length, reason: `${what} has at least ${least} bytes, this one ${length}` }
    : undefined;
}
