/** The packets of the native wire: docs/protocol.md §2. */
import { HELLO, decodeFrames, type Frame, type HelloFrame } from './frames.js';
import { Reader } from './reader.js';
import type { Writer } from './writer.js';

export const OPENING_PACKET = 0xc1;
export const PLAIN_PACKET = 0xc2;
export const RESET = 0xc3;
export const VERSION = 0x01;

/** Bytes of an id. */
export const ID_BYTES = 8;
/** Bytes before the frames of an opening packet. */
export const OPENING_HEADER_BYTES = 2 + 2 * ID_BYTES + 4;
/** Bytes before the frames of a plain packet. */
export const PLAIN_HEADER_BYTES = 1 + ID_BYTES + 4;
/** Bytes of a reset: fewer than any packet that can cause one. */
export const RESET_BYTES = 1 + ID_BYTES;

export interface OpeningPacket {
  readonly type: typeof OPENING_PACKET;
  readonly sourceId: Uint8Array;
  /** Undefined while its sender does not know it. */
  readonly destinationId: Uint8Array | undefined;
  readonly number: number;
  readonly frames: readonly [HelloFrame, ...Frame[]];
}

export interface PlainPacket {
  readonly type: typeof PLAIN_PACKET;
  readonly destinationId: Uint8Array;
  readonly number: number;
  readonly frames: readonly Frame[];
}

export interface ResetPacket {
  readonly type: typeof RESET;
  readonly id: Uint8Array;
}

/** Why bytes are no packet. */
export type NativeMalformed = 'too-small' | 'unknown-type' | 'unknown-version' | 'malformed-packet';

/** Decodes a datagram; a word instead of a packet says why it is none. Never throws. Everything inside is a view. */
export function decodePacket(datagram: Uint8Array): OpeningPacket | PlainPacket | ResetPacket | NativeMalformed {
  const reader = new Reader(datagram);
  switch (reader.uint8()) {
    case PLAIN_PACKET:
      return decodePlain(reader);
    case OPENING_PACKET:
      return decodeOpening(reader);
    case RESET:
      return datagram.length === RESET_BYTES ? { type: RESET, id: reader.view(ID_BYTES) } : 'malformed-packet';
    default:
      return reader.failed ? 'too-small' : 'unknown-type';
  }
}

function decodePlain(reader: Reader): PlainPacket | NativeMalformed {
  if (reader.remaining <= ID_BYTES + 4) return 'too-small';
  const destinationId = reader.view(ID_BYTES);
  const number = reader.uint32();
  const frames = decodeFrames(reader);
  return frames === undefined ? 'malformed-packet' : { type: PLAIN_PACKET, destinationId, number, frames };
}

function decodeOpening(reader: Reader): OpeningPacket | NativeMalformed {
  if (reader.remaining <= OPENING_HEADER_BYTES - 1) return 'too-small';
  if (reader.uint8() !== VERSION) return 'unknown-version';
  const sourceId = reader.view(ID_BYTES);
  const destinationId = reader.view(ID_BYTES);
  const number = reader.uint32();
  const frames = decodeFrames(reader);
  if (frames?.[0]!.type !== HELLO || isZero(sourceId)) return 'malformed-packet';
  return {
    type: OPENING_PACKET,
    sourceId,
    destinationId: isZero(destinationId) ? undefined : destinationId,
    number,
    frames: frames as [HelloFrame, ...Frame[]],
  };
}

/** Writes the header of an opening packet. */
export function writeOpeningHeader(
  writer: Writer,
  sourceId: Uint8Array,
  destinationId: Uint8Array | undefined,
  number: number,
): void {
  writer.uint8(OPENING_PACKET);
  writer.uint8(VERSION);
  writer.copy(sourceId);
  writer.copy(destinationId ?? NO_ID);
  writer.uint32(number);
}

/** Writes the header of a plain packet. */
export function writePlainHeader(writer: Writer, destinationId: Uint8Array, number: number): void {
  writer.uint8(PLAIN_PACKET);
  writer.copy(destinationId);
  writer.uint32(number);
}

/** Encodes a reset. */
export function encodeReset(id: Uint8Array): Uint8Array {
  return Uint8Array.of(RESET, ...id);
}

const NO_ID = new Uint8Array(ID_BYTES);

function isZero(id: Uint8Array): boolean {
  return id.every((byte) => byte === 0);
}
