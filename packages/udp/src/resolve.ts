import { formatAddress, RpcError, type Address } from '@rpcudp/core';
import { unlessAborted } from './abort.js';
import { canonicalHost, canReach, dialledHost, isLinkScope, type HostAndPort, type Reach } from './address.js';
import { CANDIDATE_ADDRESSES_MAX } from './limits.js';
import { lookUp, type Lookup } from './lookup.js';
import { systemRoute, type RouteTo } from './routes.js';

/** The socket that is to reach a peer: where it is bound, and what it can send to. */
export interface Origin {
  readonly address: Address;
  readonly reach: Reach;
}

/** What {@link resolvePeer} asks. */
export interface Resolvers {
  readonly lookup: Lookup;
  readonly routeTo?: RouteTo;
}

const FAMILY = { both: 0, IPv4: 4, IPv6: 6 } as const;

/**
 * The address to call a peer at by its name: the first of the name's addresses that the socket can reach. No answer is no
 * refusal with UDP, so addresses are not raced as in RFC 8305; the system is asked for the way to each instead. Of the rules
 * of RFC 6724 §6, two can decide here: 1, avoid what cannot be reached, and 2, prefer an address of the scope of the source.
 * For the rest the lookup's order holds, which is rule 10.
 *
 * @throws RpcError `UNAVAILABLE` that says which name could not be resolved, or which addresses could not be reached;
 * `INVALID_ARGUMENT` if the lookup gave no addresses.
 */
export async function resolvePeer(peer: HostAndPort, origin: Origin, resolvers: Resolvers): Promise<Address> {
  const found = await lookUp(resolvers.lookup, peer.host, FAMILY[origin.reach]);
  const hosts = [...new Set(found.map((host) => dialledHost(host, origin)))];
  const candidates = hosts.filter((host) => canReach(origin.reach, host)).slice(0, CANDIDATE_ADDRESSES_MAX);
  const { routeTo = systemRoute } = resolvers;
  const refusals: string[] = [];
  let ofOtherScope: Address | undefined;
  for (const host of candidates) {
    const address = { host, port: peer.port };
    const route = await routeTo(address, origin.address.host);
    if ('refusal' in route) refusals.push(`${host} (${route.refusal})`);
    else if (isLinkScope(route.source) === isLinkScope(host)) return address;
    else ofOtherScope ??= address;
  }
  if (ofOtherScope !== undefined) return ofOtherScope;
  const ofOtherFamily = hosts.filter((host) => !canReach(origin.reach, host));
  refusals.push(...ofOtherFamily.slice(0, CANDIDATE_ADDRESSES_MAX).map((host) => `${host} (EAFNOSUPPORT)`));
  throw unreachable(peer.host, origin.address, refusals);
}

/**
 * The addresses that may be bound for a host: itself, or those of the name.
 *
 * @throws RpcError `UNAVAILABLE` or `INVALID_ARGUMENT`, as {@link resolvePeer}; `CANCELLED` once the signal is aborted.
 */
export async function resolveOwn(host: string, lookup: Lookup, signal?: AbortSignal): Promise<readonly string[]> {
  const literal = canonicalHost(host);
  return literal === undefined ? unlessAborted(lookUp(lookup, host, 0), signal) : [literal];
}

function unreachable(name: string, from: Address, refusals: readonly string[]): RpcError {
  return new RpcError(
    'UNAVAILABLE',
    `No address of the host name ${JSON.stringify(name)} can be reached from ${formatAddress(from)}: ${refusals.join(', ')}.`,
    { executed: 'no' },
  );
}
