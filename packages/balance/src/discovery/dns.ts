import { checkWhole } from '../check.js';
import { addressText } from '../target/target.js';
import type { Discovery } from './discovery.js';
import { polled } from './polled.js';
import { addressesOf, checkLookup, type LookupOptions } from './resolver.js';

/** What {@link dns} takes. */
export interface DnsOptions extends LookupOptions {
  /** The port of all of them. */
  readonly port: number;
}

/**
 * All addresses that a name has in DNS, of IPv4 and IPv6. A lookup that fails changes nothing: the last targets stay, for DNS being away does
 * not mean that servers are.
 *
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function dns(name: string, { port, ...options }: DnsOptions): Discovery {
  checkWhole('port', port, [1, 65_535]);
  const { everyMs, resolver } = checkLookup(name, options);
  const look = async (): Promise<{ address: string }[]> => {
    const hosts = await addressesOf(name, resolver);
    return hosts.map((host) => ({ address: addressText(host, port) }));
  };
  return { label: `${name}:${port}`, watch: (signal, ports) => polled(look, everyMs, signal, ports) };
}
