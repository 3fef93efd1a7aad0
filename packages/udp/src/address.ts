import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { RpcError, type Address } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import { interfaceOfZone } from './zones.js';

/** A peer as a user names it: a host, which may be a name, and a port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** The families of addresses that a socket can send to. */
export type Reach = 'IPv4' | 'IPv6' | 'both';

/**
 * Reads `127.0.0.1:1234`, `[::1]:1234` or `example.org:1234`.
 *
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function parseHostAndPort(text: string): HostAndPort {
  const bracketed =
    /^\[(?<host>[^\]]+)\]:(?<port>\d{1,5})$/.exec(text) ?? /^(?<host>[^:\s]+):(?<port>\d{1,5})$/.exec(text);
  const { host, port } = bracketed?.groups ?? {};
  if (host === undefined || port === undefined) {
    const hint = isIPv6(text.replace(/:\d+$/, '')) ? ' An IPv6 address goes in brackets.' : '';
    throw new RpcError(
      'INVALID_ARGUMENT',
      `A peer is written "host:port", such as "127.0.0.1:1234" or "[::1]:1234", not ${JSON.stringify(text)}.${hint}`,
    );
  }
  return { host, port: checkPort(Number(port), 1) };
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkHostAndPort(peer: unknown): HostAndPort {
  const { host, port, address } = (peer ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof host !== 'string' || host === '') {
    const hint = typeof address === 'string' ? ' What Node calls its address is called host here.' : '';
    throw new RpcError('INVALID_ARGUMENT', `A peer is "host:port", or an object with a host and a port.${hint}`);
  }
  return { host, port: checkPort(port, 1) };
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkPort(port: unknown, lowest: 0 | 1): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= lowest && port <= 65_535) return port;
  const hint =
    typeof port === 'string' && /^\d+$/.test(port) ? ` Make it a number: Number(${inspectOption(port)}).` : '';
  throw new RpcError(
    'INVALID_ARGUMENT',
    `A port is a whole number from ${lowest} to 65535, not ${inspectOption(port)}.${hint}`,
  );
}

/**
 * The one form in which an IP address is compared, logged and shown; undefined if the text is none. It is the form in
 * which Node reports the senders of datagrams, so a zone is the interface's name, and only link-local addresses have one.
 */
export function canonicalHost(host: string): string | undefined {
  if (isIPv4(host)) return host;
  const [address = '', zone] = withoutBrackets(host).split('%');
  if (!isIPv6(address)) return undefined;
  const canonical = withoutMapping(new SocketAddress({ address, family: 'ipv6' }).address);
  return zone === undefined || !isLinkLocal(canonical) ? canonical : `${canonical}%${interfaceOfZone(zone)}`;
}

/** The address of a peer as a socket reports it: already canonical, but for IPv4 on a dual-stack socket. */
export function withoutMapping(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice(7) : host;
}

/** Whether a canonical address is of IPv6. */
export function isIPv6Host(host: string): boolean {
  return host.includes(':');
}

/** Whether a canonical address holds on one link alone; 2 of the scopes of RFC 6724 §3.1, where loopback belongs, too. */
export function isLinkScope(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('169.254.') || isLinkLocal(host);
}

/** Whether a canonical address stands for all addresses of a machine. */
export function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether a socket can send to a canonical address, as far as their families go. */
export function canReach(reach: Reach, host: string): boolean {
  return reach === 'both' || (reach === 'IPv6') === isIPv6Host(host);
}

/**
 * The address that a socket sends to. An unspecified one means this machine, and the answer comes from another than was
 * called; so it becomes what the kernel would make of it: the socket's own, or loopback. IPv4's is preferred even to `::`,
 * which is what a server on both families calls itself: containers often have IPv6 but for its loopback.
 */
export function dialledHost(host: string, from: { readonly address: Address; readonly reach: Reach }): string {
  if (!isUnspecified(host)) return host;
  if (!isUnspecified(from.address.host)) return from.address.host;
  return from.reach === 'IPv6' ? '::1' : '127.0.0.1';
}

/** As `URL.hostname` writes IPv6 addresses. */
function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** Within fe80::/10. */
function isLinkLocal(host: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(host);
}
