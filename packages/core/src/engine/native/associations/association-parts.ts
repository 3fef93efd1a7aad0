import type { Address } from '../../../address.js';
import type { Frame } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';
import type { PacketKind, Protection } from '../protection/protection.js';

/** What an association was made from. */
export interface AssociationParts {
  /** Where it was opened to, or from. */
  readonly address: Address;
  readonly localId: Uint8Array;
  /** Undefined while the other side has not answered. */
  readonly remoteId: Uint8Array | undefined;
  /** Whether the other side opened it. */
  readonly accepted: boolean;
  readonly protection: Protection;
  /** Whom it is with: see `PeerSecurity`. */
  readonly peerName: string;
  readonly now: Millis;
}

/** A packet that has been opened and decoded. */
export interface ReceivedPacket {
  readonly kind: PacketKind;
  readonly number: number;
  /** The first byte of the datagram. */
  readonly type: number;
  readonly frames: readonly Frame[];
  readonly from: Address;
  /** Bytes of the datagram. */
  readonly bytes: number;
  /** Whether it has our id. */
  readonly namesUs: boolean;
}
