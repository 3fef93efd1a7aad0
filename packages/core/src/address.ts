/** Where a datagram comes from or goes to. */
export interface Address {
  /** An IP address in its canonical form: IPv4 dotted, IPv6 compressed in lower case, never `::ffff:a.b.c.d`. */
  readonly host: string;
  /** 1 to 65535; 0 of what has no port, such as a caller over NATS. */
  readonly port: number;
}

/** Whether two addresses, both canonical, are the same. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.port === b.port && a.host === b.host;
}

/** `127.0.0.1:1234` or `[::1]:1234`; the host alone of what has no port. */
export function formatAddress(address: Address): string {
  if (address.port === 0) return address.host;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
