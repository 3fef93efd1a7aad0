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

/**
 * Bytes of the memory through which datagrams go to a worker that shares a port, and as many from it: a power of two. As much as a
 * socket's buffer: a worker that is busy for a while loses no more than an endpoint on its own would.
 */
export const CORE_RING_BYTES = 4 * 1024 * 1024;

/** Datagrams that are taken from such memory in one turn of the event loop: as many as libuv reads from a socket. */
export const CORE_READS_PER_TURN = 32;

/** Workers of one port at most: two marks for each leave 56 bits of chance in an id, decision 0042. */
export const CORES_MAX = 128;

/**
 * How long what a dead worker served is served by nobody, in milliseconds, and how long its successor waits at first. Longer than
 * a copy of a datagram is under way on most networks: one that is later looks new to the successor (docs/protocol.md §5.5).
 */
export const CORE_RESTART_MS = 250;

/** How long a worker waits to be started again at most, in milliseconds: each death that follows soon doubles it. */
export const CORE_RESTART_MS_MAX = 10_000;

/** How long a worker must have served for its death to be the first one again, in milliseconds. */
export const CORE_STEADY_MS = 10_000;

/** How long a worker may take to end by itself when its endpoint has closed, in milliseconds, before it is ended. */
export const CORE_EXIT_MS = 1_000;

/** Datagrams of a worker of which is remembered what they were, should the system refuse them. */
export const CORE_WATCHED_MAX = 1_024;

/**
 * What `busyPollMs` may be at most, in milliseconds: who waits longer than this for an answer does not notice the twentieth of a
 * millisecond that waking takes, and pays for it with a whole processor.
 */
export const BUSY_POLL_MS_MAX = 100;

/** For how long it is always worth to stay awake, in milliseconds, where it is at all: about what sleeping and waking take. */
export const BUSY_POLL_MS_MIN = 0.05;

/** The share of datagrams that must come within `busyPollMs` for it to be worth waiting for the next one so. */
export const BUSY_POLL_NEAR_SHARE_MIN = 1 / 8;
