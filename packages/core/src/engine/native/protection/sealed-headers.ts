/** What both sides of a sealed association write in front of their packets: docs/protocol.md §11.2. */
import { OPENING_HEADER_BYTES, writeSealedOpeningHeader, writeSealedPlainHeader } from '../../../wire/native/packet.js';
import { varintBytes, type Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { SendKeys } from '../keys/send-keys.js';
import type { OpeningIds } from './protection.js';

/** Bytes of the header of an opening packet without a token. */
export function sealedOpeningBytes(handshake: Uint8Array): number {
  return OPENING_HEADER_BYTES + 1 + varintBytes(handshake.length) + handshake.length;
}

/** Gives true: the token stands in the header, for it is looked at before anything is opened. */
export function writeSealedOpening(
  writer: Writer,
  { sourceId, destinationId }: OpeningIds,
  number: number,
  token: Uint8Array | undefined,
  handshake: Uint8Array,
): boolean {
  writeSealedOpeningHeader(writer, { sourceId, destinationId, number, token, handshake });
  return true;
}

export function writeSealedPlain(
  writer: Writer,
  keys: SendKeys,
  destinationId: Uint8Array,
  number: number,
  now: Millis,
): void {
  keys.renewIfDue(now);
  writeSealedPlainHeader(writer, destinationId, number, keys.phase);
}

/** Whether a packet repeats a handshake message. Those are no secret. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
