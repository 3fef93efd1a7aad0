/** Where datagrams come from, for limits: one machine can have many ports, and one network many addresses. */

/** How much of an address names its source: a host, which for IPv6 is a network of 64 bits, or the network around it. */
export type SourceWidth = 'host' | 'network';

const MAPPED = /^(?:0*:)*:?(?:0*:)*ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The source that an address belongs to, as a key: of IPv4 the address or its first 24 bits, of IPv6 its first 64 or 48
 * bits, for one subscriber has at least that much. IPv4 in IPv6 is IPv4. A host that is no address is its own source.
 */
export function sourceOf(host: string, width: SourceWidth): string {
  const mapped = MAPPED.exec(host)?.[1];
  if (mapped !== undefined) return sourceOf(mapped, width);
  if (host.includes(':'))
    return `${groupsOf(host)
      .slice(0, width === 'host' ? 4 : 3)
      .join(':')}::`;
  return width === 'host' ? host : host.slice(0, Math.max(0, host.lastIndexOf('.')) || host.length);
}

/** The groups of an IPv6 address, without leading zeros. */
function groupsOf(host: string): string[] {
  const [address = ''] = host.split('%');
  const [left = '', right] = address.split('::');
  const before = split(left);
  if (right === undefined) return before;
  const after = split(right);
  const missing = Math.max(0, 8 - before.length - after.length);
  return [...before, ...new Array<string>(missing).fill('0'), ...after];
}

function split(groups: string): string[] {
  return groups === '' ? [] : groups.split(':').map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
