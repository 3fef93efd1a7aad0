import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** Characters of the longest IP address. */
const HOST_CHARACTERS_MAX = 45;

/**
 * An IP address that came from a stranger in its canonical form; undefined for names, which are not looked up at the word of strangers,
 * and for addresses with a zone, which mean nothing on another machine.
 */
export function canonicalHost(host: string): string | undefined {
  if (host.length > HOST_CHARACTERS_MAX) return undefined;
  if (isIPv4(host)) return host;
  if (host.includes('%') || !isIPv6(host)) return undefined;
  const { address } = new SocketAddress({ address: host, family: 'ipv6' });
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Whether an address, in its canonical form, is of IPv6. */
export function isIPv6Host(host: string): boolean {
  return host.includes(':');
}

/** Whether an address, in its canonical form, is of this very machine. */
function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

function isLinkLocal(host: string): boolean {
  return host.startsWith('169.254.') || /^fe[89ab]/.test(host);
}

/** Whether an address is of one machine at all: not unspecified, multicast, broadcast or reserved. */
function isUnicast(host: string): boolean {
  if (isIPv6Host(host)) return host !== '::' && !host.startsWith('ff');
  const first = Number(host.split('.', 1)[0]);
  return first > 0 && first < 224;
}

/**
 * Whether to call a host that somebody names. A stranger on the internet may not make a node call its own machine or its link, where
 * services listen that nobody else can reach.
 *
 * @param namer The host that names it. Both are in their canonical form.
 */
export function mayName(namer: string, host: string): boolean {
  if (!isUnicast(host)) return false;
  if (isLoopback(host)) return isLoopback(namer);
  return !isLinkLocal(host) || isLinkLocal(namer);
}
