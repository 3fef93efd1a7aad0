/** The limits of the socket's edge: those of the wires and of endpoints are in `limits.ts` of `@rpcudp/core`. */

/**
 * How long a name may take to resolve, in milliseconds. The system's resolver gives up after 30 s when all of three name
 * servers are silent (resolv.conf: 5 s, twice, each); this is twice that, for resolvers that never give up.
 */
export const LOOKUP_MS_MAX = 60_000;

/** Addresses of one name that are tried, so that a name with hundreds does not open a socket for each. */
export const CANDIDATE_ADDRESSES_MAX = 16;

/** Ports that are tried where any will do and IPv6's is free but IPv4's of the same number is not. */
export const FREE_PORT_ATTEMPTS_MAX = 10;

/**
 * How far the wall clock must run ahead of the monotonic one between two readings to mean that the machine slept, in
 * milliseconds. Below it are the wall clock's corrections; no peer and no deadline minds a second.
 */
export const SLEEP_MS_LEAST = 1_000;

/**
 * How often the wall clock is read at most, in milliseconds: it costs as much as the monotonic one, which is read several
 * times for each call. Freezing and thawing a machine's processes takes longer than this, so no sleep is seen late.
 */
export const WALL_CLOCK_EVERY_MS = 1;
