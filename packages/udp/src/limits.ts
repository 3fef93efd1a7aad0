/** The limits of the socket's edge: those of the wires and of endpoints are in `limits.ts` of `@rpcudp/core`. */

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
