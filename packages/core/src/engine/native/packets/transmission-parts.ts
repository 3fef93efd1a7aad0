import type { RandomBytes } from '../../engine.js';
import type { PacketBuilderParts, TracedOwner } from './packet-builder.js';
import type { PathOptions } from './path.js';

/** Who packets are sent for. */
export interface PacketOwner extends TracedOwner {
  /** Whether calls of its own wait for the peer. */
  readonly awaitsPeer: boolean;
  /**
   * Whether the peer may still be held up by what it may send to an address that is not proven, as far as is known here:
   * it has been heard, but only in opening packets.
   */
  readonly mayHoldPeerUp: boolean;
  /** Sends a packet that has been built; `watched` says whether it may matter that the system refuses it. */
  transmit(datagram: Uint8Array, watched: boolean): void;
}

/** What a {@link Transmission} is told once. */
export interface TransmissionOptions extends PathOptions {
  /** The number of the first packet: 0 unless somebody wants to see what becomes of great ones. */
  readonly firstPacketNumber: number;
}

/** What a {@link Transmission} works with. */
export interface TransmissionParts extends Pick<PacketBuilderParts, 'headers' | 'path' | 'protection' | 'writer'> {
  readonly options: TransmissionOptions;
  readonly owner: PacketOwner;
  readonly random: RandomBytes;
}
