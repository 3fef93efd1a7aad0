import { lookup } from 'node:dns';
import { RpcError, type Address } from '@rpcudp/core';
import { withoutMapping, type HostAndPort } from './address.js';

/** Resolves a host name, as `dns.lookup` does; replaceable for tests and for other resolvers. */
export type Lookup = (host: string, family: 0 | 4) => Promise<string>;

/** The system's resolver. IPv4 comes first where a name has both, for a peer may well have bound IPv4 alone. */
export const systemLookup: Lookup = (host, family) =>
  new Promise((resolve, reject) => {
    lookup(host, { family, order: 'ipv4first' }, (error, address) => {
      if (error === null) resolve(address);
      else reject(error);
    });
  });

/**
 * The address behind a name.
 *
 * @throws RpcError `UNAVAILABLE` that says which name could not be resolved.
 */
export async function resolveAddress(peer: HostAndPort, family: 4 | 6, lookupHost: Lookup): Promise<Address> {
  try {
    const host = await lookupHost(peer.host, family === 4 ? 4 : 0);
    return { host: withoutMapping(host), port: peer.port };
  } catch (error) {
    const code = (error as { code?: unknown } | undefined)?.code;
    const said = typeof code === 'string' ? code : String(error);
    throw new RpcError(
      'UNAVAILABLE',
      `The host name ${JSON.stringify(peer.host)} could not be resolved: ${said}. Check its spelling, or use an IP address.`,
      { executed: 'no', cause: error },
    );
  }
}
