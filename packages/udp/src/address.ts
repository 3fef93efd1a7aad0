import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { RpcError, type Address } from '@rpcudp/core';

/** A peer as a user names it: a host, which may be a name, and a port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

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
  const { host, port } = (peer ?? {}) as { readonly host?: unknown; readonly port?: unknown };
  if (typeof host !== 'string' || host === '') {
    throw new RpcError('INVALID_ARGUMENT', 'A peer is "host:port", or an object with a host and a port.');
  }
  return { host, port: checkPort(port, 1) };
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkPort(port: unknown, lowest: 0 | 1): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= lowest && port <= 65_535) return port;
  const got = typeof port === 'string' ? JSON.stringify(port) : String(port);
  throw new RpcError('INVALID_ARGUMENT', `A port is a whole number from ${lowest} to 65535, not ${got}.`);
}

/** The one form in which an IP address is compared, logged and shown; undefined if the text is none. */
export function canonicalHost(host: string): string | undefined {
  if (isIPv4(host)) return host;
  if (!isIPv6(host)) return undefined;
  const [address = '', zone] = host.split('%');
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return withoutMapping(zone === undefined ? canonical : `${canonical}%${zone}`);
}

/** The address of a peer as a socket reports it: already canonical, but for IPv4 on a dual-stack socket. */
export function withoutMapping(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice(7) : host;
}

/** Where a socket of this family must send to reach an address; undefined if it cannot. */
export function reachableHost(address: Address, family: 4 | 6): string | undefined {
  const isV6 = address.host.includes(':');
  if (family === 4) return isV6 ? undefined : address.host;
  return isV6 ? address.host : `::ffff:${address.host}`;
}
