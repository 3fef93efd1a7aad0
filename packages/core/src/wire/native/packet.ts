/** The packets of the native wire, from bytes and to bytes: docs/protocol.md §2 and §11. */
import { HELLO, RETRY_TOKEN_BYTES_MAX, type Frame, type HelloFrame } from './frame-types.js';
import { decodeFrames } from './decode-frames.js';
import { view } from '../view.js';
import {
  HANDSHAKE_BYTES_MAX,
  ID_BYTES,
  OPENING_HEADER_BYTES,
  OPENING_PACKET,
  PLAIN_HEADER_BYTES,
  PLAIN_PACKET,
  PlainHeader,
  RESET,
  RESET_BYTES,
  RESET_TOKEN_BYTES,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
  SEALED_PLAIN_PACKET_1,
  SEAL_BYTES,
  VERSION,
  type KeyPhase,
  type NativeHeader,
  type NativeMalformed,
  type OpeningHeader,
  type ResetPacket,
  type RetryPacket,
} from './packet-types.js';
import { Reader } from './reader.js';
import type { Writer } from './writer.js';

// In CommonJS, what is exported again is behind a getter: what is read for every packet is imported from where it is.
export * from './packet-types.js';

/** Bytes of a retry before its token. */
const RETRY_HEADER_BYTES = 1 + ID_BYTES;

export type OpeningFrames = readonly [HelloFrame, ...Frame[]];

export interface OpeningPacket {
  readonly type: typeof OPENING_PACKET;
  readonly sourceId: Uint8Array;
  readonly destinationId: Uint8Array | undefined;
  readonly number: number;
  readonly frames: OpeningFrames;
}

export interface PlainPacket {
  readonly type: typeof PLAIN_PACKET;
  readonly destinationId: Uint8Array;
  readonly number: number;
  readonly frames: readonly Frame[];
}

/** A sealed packet before it is opened: only its ends know more of it. */
export interface SealedOpeningPacket {
  readonly type: typeof SEALED_OPENING_PACKET;
  readonly sourceId: Uint8Array;
  readonly destinationId: Uint8Array | undefined;
  readonly number: number;
  /** What a retry has asked for; undefined if nothing has. */
  readonly token: Uint8Array | undefined;
  readonly handshake: Uint8Array;
  /** The frames, sealed, and their tag. */
  readonly sealed: Uint8Array;
}

/** The same, once both sides know each other. */
export interface SealedPlainPacket {
  readonly type: typeof SEALED_PLAIN_PACKET | typeof SEALED_PLAIN_PACKET_1;
  readonly destinationId: Uint8Array;
  readonly number: number;
  readonly phase: KeyPhase;
  readonly sealed: Uint8Array;
}

/** Any packet of this wire. */
export type NativePacket =
  OpeningPacket | PlainPacket | ResetPacket | RetryPacket | SealedOpeningPacket | SealedPlainPacket;

/** Reads what tells whose a packet is; a word instead says why the datagram is no packet. Never throws. Ids are views. */
export function decodeHeader(datagram: Uint8Array): NativeHeader | NativeMalformed {
  switch (datagram[0]) {
    case PLAIN_PACKET:
      return datagram.length > PLAIN_HEADER_BYTES ? new PlainHeader(datagram) : 'too-small';
    case SEALED_PLAIN_PACKET:
    case SEALED_PLAIN_PACKET_1:
      return datagram.length > PLAIN_HEADER_BYTES + SEAL_BYTES ? new PlainHeader(datagram) : 'too-small';
    case OPENING_PACKET:
    case SEALED_OPENING_PACKET:
      return decodeOpeningHeader(datagram);
    case RESET:
      return decodeReset(datagram);
    case RETRY:
      return decodeRetry(datagram);
    default:
      return datagram.length === 0 ? 'too-small' : 'unknown-type';
  }
}

/** Decodes the frames of a packet that has been opened, or gives undefined. They are views into it. */
export function decodePacketFrames(header: OpeningHeader | PlainHeader, packet: Uint8Array): Frame[] | undefined {
  const { headerBytes } = header;
  // HELLO comes first in every opening packet, and in no other.
  if ((packet[headerBytes] === HELLO) !== isOpening(header)) return undefined;
  return decodeFrames(new Reader(packet, headerBytes));
}

/** Whether a header is one of an opening packet, sealed or not. */
export function isOpening(header: OpeningHeader | PlainHeader): header is OpeningHeader {
  return header.type === OPENING_PACKET || header.type === SEALED_OPENING_PACKET;
}

/** Whether the frames behind a header are sealed. */
export function isSealed({ type }: OpeningHeader | PlainHeader): boolean {
  return type >= SEALED_OPENING_PACKET;
}

/** Decodes a datagram as far as it can be read by anybody; a word instead of a packet says why it is none. Never throws. */
export function decodePacket(datagram: Uint8Array): NativePacket | NativeMalformed {
  const header = decodeHeader(datagram);
  if (typeof header === 'string' || header.type === RESET || header.type === RETRY) return header;
  if (isSealed(header)) return sealedPacket(header, view(datagram, header.headerBytes));
  const frames = decodePacketFrames(header, datagram);
  if (frames === undefined) return 'malformed-packet';
  const { number } = header;
  if (!isOpening(header)) return { type: PLAIN_PACKET, destinationId: header.destinationId, number, frames };
  const { sourceId, destinationId } = header;
  return { type: OPENING_PACKET, sourceId, destinationId, number, frames: frames as unknown as OpeningFrames };
}

function sealedPacket(
  header: OpeningHeader | PlainHeader,
  sealed: Uint8Array,
): SealedOpeningPacket | SealedPlainPacket {
  const { number } = header;
  if (!isOpening(header)) {
    const { destinationId, phase } = header;
    return { type: header.type as SealedPlainPacket['type'], destinationId, number, phase, sealed };
  }
  const { sourceId, destinationId } = header;
  const { token, handshake } = header.sealed!;
  return { type: SEALED_OPENING_PACKET, sourceId, destinationId, number, token, handshake, sealed };
}

function decodeReset(datagram: Uint8Array): ResetPacket | NativeMalformed {
  if (datagram.length === RESET_BYTES) return { type: RESET, id: view(datagram, 1), token: undefined };
  if (datagram.length !== RESET_BYTES + RESET_TOKEN_BYTES) return 'malformed-packet';
  return { type: RESET, id: view(datagram, 1, RESET_BYTES), token: view(datagram, RESET_BYTES) };
}

function decodeRetry(datagram: Uint8Array): RetryPacket | NativeMalformed {
  const tokenBytes = datagram.length - RETRY_HEADER_BYTES;
  if (tokenBytes < 1 || tokenBytes > RETRY_TOKEN_BYTES_MAX) return 'malformed-packet';
  return { type: RETRY, id: view(datagram, 1, RETRY_HEADER_BYTES), token: view(datagram, RETRY_HEADER_BYTES) };
}

function decodeOpeningHeader(datagram: Uint8Array): OpeningHeader | NativeMalformed {
  if (datagram.length <= OPENING_HEADER_BYTES) return 'too-small';
  if (datagram[1] !== VERSION) return 'unknown-version';
  if (isZero(datagram, SOURCE_AT)) return 'malformed-packet';
  const reader = new Reader(datagram, NUMBER_AT);
  const sourceId = view(datagram, SOURCE_AT, DESTINATION_AT);
  const destinationId = isZero(datagram, DESTINATION_AT) ? undefined : view(datagram, DESTINATION_AT, NUMBER_AT);
  const number = reader.uint32();
  if (datagram[0] === OPENING_PACKET) {
    const type = OPENING_PACKET;
    return { type, sourceId, destinationId, number, headerBytes: OPENING_HEADER_BYTES, sealed: undefined };
  }
  const token = reader.view(reader.varint());
  const handshake = reader.view(reader.varint());
  if (reader.failed || reader.remaining <= SEAL_BYTES) return 'too-small';
  if (token.length > RETRY_TOKEN_BYTES_MAX || handshake.length > HANDSHAKE_BYTES_MAX) return 'malformed-packet';
  const sealed = { token: token.length === 0 ? undefined : token, handshake };
  return { type: SEALED_OPENING_PACKET, sourceId, destinationId, number, headerBytes: reader.at, sealed };
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

/** Writes the header of a sealed opening packet. */
export function writeSealedOpeningHeader(
  writer: Writer,
  packet: Pick<SealedOpeningPacket, 'sourceId' | 'destinationId' | 'number' | 'token' | 'handshake'>,
): void {
  writer.uint8(SEALED_OPENING_PACKET);
  writer.uint8(VERSION);
  writer.copy(packet.sourceId);
  writer.copy(packet.destinationId ?? NO_ID);
  writer.uint32(packet.number);
  writer.varint(packet.token?.length ?? 0);
  if (packet.token !== undefined) writer.copy(packet.token);
  writer.varint(packet.handshake.length);
  writer.copy(packet.handshake);
}

/** Writes the header of a sealed plain packet. */
export function writeSealedPlainHeader(
  writer: Writer,
  destinationId: Uint8Array,
  number: number,
  phase: KeyPhase,
): void {
  writer.uint8(SEALED_PLAIN_PACKET + phase);
  writer.copy(destinationId);
  writer.uint32(number);
}

/** Writes the header of a plain packet. */
export function writePlainHeader(writer: Writer, destinationId: Uint8Array, number: number): void {
  writer.uint8(PLAIN_PACKET);
  writer.copy(destinationId);
  writer.uint32(number);
}

/** Encodes a reset, of a sealed association with the token that it was given. */
export function encodeReset(id: Uint8Array, token: readonly number[] | Uint8Array = []): Uint8Array {
  return Uint8Array.of(RESET, ...id, ...token);
}

/** Encodes a retry. Without a spread, which makes an object for each byte: a flood is answered with thousands in a second. */
export function encodeRetry(id: Uint8Array, token: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(1 + id.length + token.length);
  datagram[0] = RETRY;
  datagram.set(id, 1);
  datagram.set(token, 1 + id.length);
  return datagram;
}

const NO_ID = new Uint8Array(ID_BYTES);

/** Where the fields of an opening packet's header stand. */
const SOURCE_AT = 2;
const DESTINATION_AT = SOURCE_AT + ID_BYTES;
const NUMBER_AT = DESTINATION_AT + ID_BYTES;

/** Whether an id that stands somewhere in these bytes is zero, which stands for none. */
function isZero(bytes: Uint8Array, at: number): boolean {
  for (let index = at; index < at + ID_BYTES; index += 1) if (bytes[index] !== 0) return false;
  return true;
}
