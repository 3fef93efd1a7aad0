/** The two kinds of packets that carry frames: docs/protocol.md §2. */
export type PacketKind = 'opening' | 'plain';

/**
 * What stands between a packet as it is built and the datagram that travels. Nothing is protected yet, so the only seal
 * there is passes packets on; encryption is another.
 */
export interface PacketSeal {
  /** Bytes by which sealing makes a packet of this kind longer. */
  overheadBytes(kind: PacketKind): number;

  /** The datagram for a packet. Its header stays readable; `number` is whole, and never the same twice. */
  seal(packet: Uint8Array, number: number): Uint8Array;

  /** The packet in a datagram, with its header in place; undefined if it is not genuine. */
  open(datagram: Uint8Array, number: number): Uint8Array | undefined;
}

/** Passes packets on as they are. */
export const PLAIN_SEAL: PacketSeal = {
  overheadBytes: () => 0,
  seal: (packet) => packet,
  open: (datagram) => datagram,
};
