import type { Writer } from '../../../wire/native/writer.js';
import {
  OPENING_HEADER_BYTES,
  isSealed,
  writeOpeningHeader,
  writePlainHeader,
  type OpeningHeader,
  type PlainHeader,
} from '../../../wire/native/packet.js';
import type { Millis } from '../../engine.js';

/** The two kinds of packets that carry frames: docs/protocol.md §2. */
export type PacketKind = 'opening' | 'plain';

/** What the header of an opening packet says of its association. */
export interface OpeningIds {
  readonly sourceId: Uint8Array;
  /** Undefined while it is not known. */
  readonly destinationId: Uint8Array | undefined;
}

/**
 * What stands between the packets of one association and the datagrams that travel: nothing, or encryption. docs/protocol.md
 * §11.
 */
export interface Protection {
  /** Whether packets are encrypted. */
  readonly sealed: boolean;

  /** Bytes that sealing adds to the end of a packet. */
  readonly overheadBytes: number;

  /** Bytes of the header of an opening packet, without the token of a retry. */
  readonly openingHeaderBytes: number;

  /**
   * Whether what is sent now can be read by the peer alone, and cannot be a replay to it: calls that must not run twice wait for
   * that.
   */
  readonly established: boolean;

  /** The public key that the peer has proved to own; undefined if none. */
  readonly identity: Uint8Array | undefined;

  /** Writes a header whose token, if there is one, stands in the header; false if HELLO has to repeat the token. */
  writeOpeningHeader(writer: Writer, ids: OpeningIds, number: number, token: Uint8Array | undefined): boolean;

  writePlainHeader(writer: Writer, destinationId: Uint8Array, number: number, now: Millis): void;

  /** Seals a packet in place, which has room for the overhead at its end. No number comes twice. */
  seal(packet: Uint8Array, headerBytes: number, number: number, kind: PacketKind): void;

  /** Opens a datagram in place; gives it without the overhead, or undefined if it is not genuine: then nothing has changed. */
  open(header: OpeningHeader | PlainHeader, datagram: Uint8Array, number: number, now: Millis): Uint8Array | undefined;

  /** The peer has acknowledged a packet. */
  acknowledged(number: number): void;
}

/** Passes packets on as they are. */
export const PLAIN: Protection = {
  sealed: false,
  overheadBytes: 0,
  openingHeaderBytes: OPENING_HEADER_BYTES,
  established: true,
  identity: undefined,
  writeOpeningHeader: (writer, { sourceId, destinationId }, number) => {
    writeOpeningHeader(writer, sourceId, destinationId, number);
    return false;
  },
  writePlainHeader: (writer, destinationId, number) => writePlainHeader(writer, destinationId, number),
  seal: () => undefined,
  open: (header, datagram) => (isSealed(header) ? undefined : datagram),
  acknowledged: () => undefined,
};
