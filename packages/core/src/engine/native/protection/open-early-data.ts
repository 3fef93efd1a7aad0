import { SEALED_OPENING_PACKET, decodeHeader } from '../../../wire/native/packet.js';
import type { Sealing } from './sealing.js';

/** A sealed opening packet that was opened. */
export interface OpenedPacket {
  /** Header and frames, without the tag. */
  readonly packet: Uint8Array;
  /** Bytes before the frames. */
  readonly headerBytes: number;
  /** The public key of who has sealed it; undefined if it has none. */
  readonly identity: Uint8Array | undefined;
}

/**
 * Opens the packet of an opener for its acceptor, and keeps nothing of it: docs/protocol.md §11.5. Undefined if it is no sealed
 * opening packet, or not for this acceptor. The datagram stays as it is.
 */
export function openEarlyData(sealing: Sealing, datagram: Uint8Array): OpenedPacket | undefined {
  const copy = new Uint8Array(datagram);
  const header = decodeHeader(copy);
  if (typeof header === 'string' || header.type !== SEALED_OPENING_PACKET) return undefined;
  const protection = sealing.acceptor(header.sealed!.handshake, 0);
  const packet = protection?.open(header, copy, header.number, 0);
  return packet && { packet, headerBytes: header.headerBytes, identity: protection!.identity };
}
