import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Address } from '@rpcudp/core';
import { canonicalHost, isIPv6Host, isUnspecified } from './address.js';

/** What the system says of the way to an address: the address that datagrams would leave from, or the code of its refusal. */
export type Route = { readonly source: string } | { readonly refusal: string };

/** Finds the way to an address from a socket that is bound to `bound`. Sends nothing. */
export type RouteTo = (to: Address, bound: string) => Promise<Route>;

/** Without room to ask, the way is taken to be there: sending will tell. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** Connecting a datagram socket sends nothing: it makes the system look for a route, and choose a source. */
export const systemRoute: RouteTo = (to, bound) =>
  new Promise((resolve) => {
    const family = isIPv6Host(to.host) ? 6 : 4;
    const probe = createSocket({
      type: `udp${family}`,
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    const end = (route: Route): void => {
      probe.close();
      resolve(route);
    };
    const refused = ({ code = '' }: NodeJS.ErrnoException): void =>
      end(SAYS_NOTHING.has(code) ? { source: to.host } : { refusal: code });
    probe.once('error', refused);
    probe.bind({ address: isUnspecified(bound) ? anyOf(family) : bound, port: 0, exclusive: true }, () => {
      // Node gives the callback an error, which its types do not know.
      probe.connect(to.port, to.host, ((error?: NodeJS.ErrnoException) => {
        if (error) refused(error);
        else end(routeFrom(probe.address().address, to.host));
      }) as () => void);
    });
  });

/** Linux lets datagrams leave from `::1` to anywhere, and they arrive nowhere. */
function routeFrom(source: string, to: string): Route {
  return source === '::1' && !isOfThisMachine(to) ? { refusal: 'EINVAL' } : { source };
}

function isOfThisMachine(host: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return own.some(({ address, scopeid }) => canonicalHost(scopeid ? `${address}%${scopeid}` : address) === host);
}

function anyOf(family: 4 | 6): string {
  return family === 6 ? '::' : '0.0.0.0';
}
