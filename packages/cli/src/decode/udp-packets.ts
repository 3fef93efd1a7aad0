/** UDP datagrams inside of what a network card saw: link layer, IP, UDP. Nothing is looked at but what leads there. */
import { SocketAddress } from 'node:net';

/** What a captured packet holds. */
export type Found =
  | {
      readonly kind: 'udp';
      readonly from: string;
      readonly to: string;
      readonly payload: Uint8Array;
      readonly cut: boolean;
    }
  | { readonly kind: 'fragment' }
  | { readonly kind: 'other' };

const OTHER: Found = { kind: 'other' };
const FRAGMENT: Found = { kind: 'fragment' };

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const UDP = 17;
const UDP_HEADER_BYTES = 8;

/** Where the network layer begins, by link type: https://www.tcpdump.org/linktypes.html. Undefined: not known here. */
const NETWORK_LAYER: Readonly<Record<number, (packet: DataView) => number>> = {
  0: afterFamily, // NULL: BSD loopback
  1: afterEthernet,
  12: (packet) => ipAt(packet, 0), // RAW, as some systems number it
  14: (packet) => ipAt(packet, 0),
  101: (packet) => ipAt(packet, 0), // RAW
  108: afterFamily, // LOOP: OpenBSD loopback
  113: (packet) => (typeAt(packet, 14) === undefined ? -1 : 16), // LINUX_SLL
  228: (packet) => ipAt(packet, 0), // IPV4
  229: (packet) => ipAt(packet, 0), // IPV6
  276: (packet) => (typeAt(packet, 0) === undefined ? -1 : 20), // LINUX_SLL2
};

/** Whether packets of this link type can be read. */
export function knowsLinkType(linkType: number): boolean {
  return NETWORK_LAYER[linkType] !== undefined;
}

/** Finds the UDP datagram in a captured packet. Never throws. */
export function findUdp(packet: Uint8Array, linkType: number): Found {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const at = NETWORK_LAYER[linkType]?.(view) ?? -1;
  if (at < 0 || at >= packet.length) return OTHER;
  const version = packet[at]! >> 4;
  if (version === 4) return findInIpv4(view, at);
  return version === 6 ? findInIpv6(view, at) : OTHER;
}

/** A header of four bytes names the address family, by numbers that differ between systems; IP's own version says it too. */
function afterFamily(packet: DataView): number {
  return ipAt(packet, 4);
}

function ipAt(packet: DataView, at: number): number {
  return packet.byteLength > at ? at : -1;
}

/** The type of the network layer, if it is IP. */
function typeAt(packet: DataView, at: number): number | undefined {
  const type = packet.byteLength >= at + 2 ? packet.getUint16(at) : 0;
  return type === IPV4 || type === IPV6 ? type : undefined;
}

function afterEthernet(packet: DataView): number {
  let at = 12;
  // Tags of virtual networks stand before the type.
  while (packet.byteLength >= at + 4 && [0x8100, 0x88a8, 0x9100].includes(packet.getUint16(at))) at += 4;
  return typeAt(packet, at) === undefined ? -1 : at + 2;
}

function findInIpv4(packet: DataView, at: number): Found {
  const headerBytes = (packet.getUint8(at) & 0x0f) * 4;
  if (headerBytes < 20 || packet.byteLength < at + headerBytes) return OTHER;
  if (packet.getUint8(at + 9) !== UDP) return OTHER;
  const isFragment = (packet.getUint16(at + 6) & 0x3fff) !== 0;
  if (isFragment) return FRAGMENT;
  return udpAt(packet, at + headerBytes, ipv4Text(packet, at + 12), ipv4Text(packet, at + 16));
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT_HEADER = 44;
const DESTINATION_OPTIONS = 60;

function findInIpv6(packet: DataView, at: number): Found {
  if (packet.byteLength < at + 40) return OTHER;
  let next = packet.getUint8(at + 6);
  let header = at + 40;
  while ([HOP_BY_HOP, ROUTING, FRAGMENT_HEADER, DESTINATION_OPTIONS].includes(next)) {
    if (packet.byteLength < header + 8) return OTHER;
    const isFragment = next === FRAGMENT_HEADER && (packet.getUint16(header + 2) & 0xfff9) !== 0;
    if (isFragment) return FRAGMENT;
    const headerBytes = next === FRAGMENT_HEADER ? 8 : 8 + 8 * packet.getUint8(header + 1);
    next = packet.getUint8(header);
    header += headerBytes;
  }
  if (next !== UDP) return OTHER;
  return udpAt(packet, header, ipv6Text(packet, at + 8), ipv6Text(packet, at + 24));
}

function udpAt(packet: DataView, at: number, fromHost: string, toHost: string): Found {
  if (packet.byteLength < at + UDP_HEADER_BYTES) return OTHER;
  const length = packet.getUint16(at + 4);
  const start = at + UDP_HEADER_BYTES;
  const captured = packet.byteLength - start;
  // What follows the datagram is padding of the link. A length of zero is that of a jumbogram.
  const announced = length === 0 ? captured : length - UDP_HEADER_BYTES;
  const size = Math.max(0, Math.min(announced, captured));
  const payload = new Uint8Array(packet.buffer, packet.byteOffset + start, size);
  const from = `${fromHost}:${packet.getUint16(at)}`;
  const to = `${toHost}:${packet.getUint16(at + 2)}`;
  return { kind: 'udp', from, to, payload, cut: announced > captured };
}

function ipv4Text(packet: DataView, at: number): string {
  return [0, 1, 2, 3].map((index) => packet.getUint8(at + index)).join('.');
}

function ipv6Text(packet: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => packet.getUint16(at + 2 * index).toString(16));
  const { address } = new SocketAddress({ address: groups.join(':'), family: 'ipv6' });
  return `[${address}]`;
}
