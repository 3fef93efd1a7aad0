/** What the packets of the native wire are told apart by, and what their headers hold: docs/protocol.md §2 and §11. */
import { view } from '../view.js';
import { uint32At } from './reader.js';

export const OPENING_PACKET = 0xc1;
export const PLAIN_PACKET = 0xc2;
export const RESET = 0xc3;
export const RETRY = 0xc4;
/** An opening packet with a handshake message, whose frames are sealed. */
export const SEALED_OPENING_PACKET = 0xc5;
/** Plain packets whose frames are sealed, by key phase. */
export const SEALED_PLAIN_PACKET = 0xc6;
export const SEALED_PLAIN_PACKET_1 = 0xc7;
export const VERSION = 0x01;

/** Bytes of an id. */
export const ID_BYTES = 8;
/** Bytes before the frames of an opening packet, and before the token of a sealed one. */
export const OPENING_HEADER_BYTES = 2 + 2 * ID_BYTES + 4;
/** Bytes before the frames of a plain packet, sealed or not. */
export const PLAIN_HEADER_BYTES = 1 + ID_BYTES + 4;
/** Where a plain packet's destination id begins. */
export const PLAIN_DESTINATION_AT = 1;
/** Bytes of a reset: fewer than any packet that can cause one. */
export const RESET_BYTES = 1 + ID_BYTES;
/** Bytes of what shows that a reset of a sealed association is genuine, at the end of it. */
export const RESET_TOKEN_BYTES = 16;
/** Bytes by which sealing makes a packet longer. */
export const SEAL_BYTES = 16;
/** Bytes of a handshake message at most: those of the longest pattern of version 1, and room for more. */
export const HANDSHAKE_BYTES_MAX = 256;

/** Which key of two that follow each other, as in RFC 9001 §6. */
export type KeyPhase = 0 | 1;

/** What can be read of a packet before it is opened, and what stays with it: §2. */
export interface OpeningHeader {
  readonly type: typeof OPENING_PACKET | typeof SEALED_OPENING_PACKET;
  readonly sourceId: Uint8Array;
  /** Undefined while its sender does not know it. */
  readonly destinationId: Uint8Array | undefined;
  /** The low 32 bits of the packet's number. */
  readonly number: number;
  /** Bytes before its frames. */
  readonly headerBytes: number;
  /** What a sealed one has beside. */
  readonly sealed: SealedOpening | undefined;
}

/** What a sealed opening packet has in its header: §11.2. */
export interface SealedOpening {
  /** What a retry has asked for; undefined if nothing has. */
  readonly token: Uint8Array | undefined;
  /** The opener's handshake message, or the acceptor's. */
  readonly handshake: Uint8Array;
}

/** Of the packets that there are most of: so its id is a view only where somebody asks for one. */
export class PlainHeader {
  readonly type: typeof PLAIN_PACKET | typeof SEALED_PLAIN_PACKET | typeof SEALED_PLAIN_PACKET_1;
  readonly headerBytes = PLAIN_HEADER_BYTES;
  /** The low 32 bits of the packet's number. */
  readonly number: number;
  readonly #datagram: Uint8Array;

  constructor(datagram: Uint8Array) {
    this.type = datagram[0] as PlainHeader['type'];
    this.#datagram = datagram;
    this.number = uint32At(datagram, PLAIN_DESTINATION_AT + ID_BYTES);
  }

  get destinationId(): Uint8Array {
    return view(this.#datagram, PLAIN_DESTINATION_AT, PLAIN_DESTINATION_AT + ID_BYTES);
  }

  /** Of a sealed one. */
  get phase(): KeyPhase {
    return this.type === SEALED_PLAIN_PACKET_1 ? 1 : 0;
  }
}

export interface ResetPacket {
  readonly type: typeof RESET;
  readonly id: Uint8Array;
  /** What a reset of a sealed association has to show; undefined for any other. */
  readonly token: Uint8Array | undefined;
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
