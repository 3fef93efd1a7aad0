/** The packets of the native wire: docs/protocol.md §2. */
import { HELLO, RETRY_TOKEN_BYTES_MAX, type Frame, type HelloFrame } from './frame-types.js';
import { decodeFrames } from './decode-frames.js';
import { view } from '../view.js';
import { Reader, uint32At } from './reader.js';
import type { Writer } from './writer.js';

export const OPENING_PACKET = 0xc1;
export const PLAIN_PACKET = 0xc2;
export const RESET = 0xc3;
export const RETRY = 0xc4;
export const VERSION = 0x01;

/** Bytes of an id. */
export const ID_BYTES = 8;
/** Bytes before the frames of an opening packet. */
export const OPENING_HEADER_BYTES = 2 + 2 * ID_BYTES + 4;
/** Bytes before the frames of a plain packet. */
export const PLAIN_HEADER_BYTES = 1 + ID_BYTES + 4;
/** Where a plain packet's destination id begins. */
export const PLAIN_DESTINATION_AT = 1;
/** Bytes of a reset: fewer than any packet that can cause one. */
export const RESET_BYTES = 1 + ID_BYTES;
/** Bytes of a retry before its token. */
const RETRY_HEADER_BYTES = 1 + ID_BYTES;

/** What can be read of a packet before it is opened, and what stays with it: §2. */
export interface OpeningHeader {
  readonly type: typeof OPENING_PACKET;
  readonly sourceId: Uint8Array;
  /** Undefined while its sender does not know it. */
  readonly destinationId: Uint8Array | undefined;
  /** The low 32 bits of the packet's number. */
  readonly number: number;
}

/** Of the packets that there are most of: so its id is a view only where somebody asks for one. */
export class PlainHeader {
  readonly type = PLAIN_PACKET;
  /** The low 32 bits of the packet's number. */
  readonly number: number;
  readonly #datagram: Uint8Array;

  constructor(datagram: Uint8Array) {
    this.#datagram = datagram;
    this.number = uint32At(datagram, PLAIN_DESTINATION_AT + ID_BYTES);
  }

  get destinationId(): Uint8Array {
    return view(this.#datagram, PLAIN_DESTINATION_AT, PLAIN_DESTINATION_AT + ID_BYTES);
  }
}

export type OpeningFrames = readonly [HelloFrame, ...Frame[]];

export interface OpeningPacket extends OpeningHeader {
  readonly frames: OpeningFrames;
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

/** Asks an opener to show that it receives at its address: §5.8. */
export interface RetryPacket {
  readonly type: typeof RETRY;
  /** The source id of the packet that it answers. */
  readonly id: Uint8Array;
  /** What the opener repeats: of 1 to {@link RETRY_TOKEN_BYTES_MAX} bytes. */
  readonly token: Uint8Array;
}

/** What can be read of any datagram of this wire before it is opened. */
export type NativeHeader = OpeningHeader | PlainHeader | ResetPacket | RetryPacket;

/** Why bytes are no packet. */
export type NativeMalformed = 'too-small' | 'unknown-type' | 'unknown-version' | 'malformed-packet';

/** Reads what tells whose a packet is; a word instead says why the datagram is no packet. Never throws. Ids are views. */
export function decodeHeader(datagram: Uint8Array): NativeHeader | NativeMalformed {
  switch (datagram[0]) {
    case PLAIN_PACKET:
      return datagram.length > PLAIN_HEADER_BYTES ? new PlainHeader(datagram) : 'too-small';
    case OPENING_PACKET:
      return decodeOpeningHeader(datagram);
    case RESET:
      return datagram.length === RESET_BYTES ? { type: RESET, id: view(datagram, 1) } : 'malformed-packet';
    case RETRY:
      return decodeRetry(datagram);
    default:
      return datagram.length === 0 ? 'too-small' : 'unknown-type';
  }
}

/** Decodes the frames of a packet that has been opened, or gives undefined. They are views into it. */
export function decodePacketFrames(header: OpeningHeader | PlainHeader, packet: Uint8Array): Frame[] | undefined {
  const opening = header.type === OPENING_PACKET;
  const framesAt = opening ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  // HELLO comes first in every opening packet, and in no other.
  if ((packet[framesAt] === HELLO) !== opening) return undefined;
  return decodeFrames(new Reader(packet, framesAt));
}

/** Decodes a datagram that needs no opening; a word instead of a packet says why it is none. Never throws. */
export function decodePacket(
  datagram: Uint8Array,
): OpeningPacket | PlainPacket | ResetPacket | RetryPacket | NativeMalformed {
  const header = decodeHeader(datagram);
  if (typeof header === 'string' || header.type === RESET || header.type === RETRY) return header;
  const frames = decodePacketFrames(header, datagram);
  if (frames === undefined) return 'malformed-packet';
  if (header.type === OPENING_PACKET) return { ...header, frames: frames as unknown as OpeningFrames };
  const { type, destinationId, number } = header;
  return { type, destinationId, number, frames };
}

function decodeRetry(datagram: Uint8Array): RetryPacket | NativeMalformed {
  const tokenBytes = datagram.length - RETRY_HEADER_BYTES;
  if (tokenBytes < 1 || tokenBytes > RETRY_TOKEN_BYTES_MAX) return 'malformed-packet';
  return { type: RETRY, id: view(datagram, 1, RETRY_HEADER_BYTES), token: view(datagram, RETRY_HEADER_BYTES) };
}

function decodeOpeningHeader(datagram: Uint8Array): OpeningHeader | NativeMalformed {
  if (datagram.length <= OPENING_HEADER_BYTES) return 'too-small';
  if (datagram[1] !== VERSION) return 'unknown-version';
  const reader = new Reader(datagram, 2);
  const sourceId = reader.view(ID_BYTES);
  const destinationId = reader.view(ID_BYTES);
  if (isZero(sourceId)) return 'malformed-packet';
  return {
    type: OPENING_PACKET,
    sourceId,
    destinationId: isZero(destinationId) ? undefined : destinationId,
    number: reader.uint32(),
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

/** Encodes a retry. */
export function encodeRetry(id: Uint8Array, token: Uint8Array): Uint8Array {
  return Uint8Array.of(RETRY, ...id, ...token);
}

const NO_ID = new Uint8Array(ID_BYTES);

function isZero(id: Uint8Array): boolean {
  return id.every((byte) => byte === 0);
}
