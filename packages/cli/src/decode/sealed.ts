/** Sealed packets: what anybody sees of them, and what is in those that could be opened. docs/protocol.md §11. */
import type { PublicKey } from '@rpcudp/core/security';
import { PACKET_TYPES, type NativePacket } from '@rpcudp/core/wire';
import type { JsonFields } from './frame-fields.js';
import { hex } from './literals.js';
import type { LocatedFrame } from './located-frame.js';

/** A packet that only its ends can say more of. */
export type SealedPacket = Extract<NativePacket, { readonly sealed: Uint8Array }>;

type SealedOpening = Extract<SealedPacket, { readonly handshake: Uint8Array }>;

/** What early data holds. */
export interface Opened {
  /** Who has sealed it; undefined for somebody without an identity. */
  readonly publicKey: PublicKey | undefined;
  readonly frames: LocatedFrame[];
  readonly paddingBytes: number;
}

/** Packets by the names that they have in the vectors. */
const TYPES = {
  [PACKET_TYPES.SEALED_OPENING]: 'sealedOpening',
  [PACKET_TYPES.SEALED_PLAIN]: 'sealedPlain',
  [PACKET_TYPES.SEALED_PLAIN_1]: 'sealedPlain1',
} as const;

/** Patterns by the length of their first message: docs/protocol.md §11.1. */
const PATTERNS: Readonly<Record<number, string>> = { 48: 'NK or NNpsk0', 96: 'IK' };

/** What the header says beside ids and numbers, and how much is sealed. */
export function sealedText(packet: SealedPacket): string {
  const sealed = `sealed ${packet.sealed.length} bytes`;
  if (!('handshake' in packet)) return `${sealed}, key phase ${packet.phase}`;
  const token = packet.token === undefined ? '' : `token of ${packet.token.length} bytes, `;
  return `${token}${handshakeText(packet)}, ${sealed}`;
}

/** Who has sealed what was opened. */
export function openedText({ publicKey }: Opened): string {
  return `early data of ${publicKey ?? 'a caller without an identity'}:`;
}

/** All fields of the header, and what is sealed. */
export function sealedFields(packet: SealedPacket): JsonFields {
  const type = TYPES[packet.type];
  const fields = Object.entries(packet).flatMap(([name, value]: [string, number | Uint8Array | undefined]) =>
    value === undefined ? [] : [[name, typeof value === 'number' ? value : hex(value)]],
  );
  return { wire: 'native', ...(Object.fromEntries(fields) as JsonFields), type };
}

/** An acceptor knows whom it answers; an opener does not know yet. */
function handshakeText({ destinationId, handshake }: SealedOpening): string {
  const { length } = handshake;
  if (destinationId !== undefined) return `second handshake message of ${length} bytes`;
  return `first handshake message of ${length} bytes (${PATTERNS[length] ?? 'of no known pattern'})`;
}
