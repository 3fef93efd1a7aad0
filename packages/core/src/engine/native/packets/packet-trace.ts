import type { PacketKind } from '../protection/protection.js';
import type { PacketFates } from './sent-packets.js';

/** A packet that has been built, and is about to be sealed. */
export interface BuiltPacket {
  /** Its header, frames and room for what sealing adds. */
  readonly packet: Uint8Array;
  readonly headerBytes: number;
  readonly number: number;
  readonly kind: PacketKind;
  readonly probe: 'silence' | 'size' | undefined;
}

/** Who is told of the packets of one association, as long as somebody watches. */
export interface PacketTrace {
  sent(packet: BuiltPacket): void;
  /** Hears of what becomes of packets before `fates` does. */
  watching(fates: PacketFates): PacketFates;
}
