/** How long associations of the native wire live, and are used: docs/protocol.md §5.6. `native-limits.ts` has them, too. */

/** How long an association without a packet is kept, and its tombstone after that, in milliseconds: RFC 8085 §3.3. */
export const ASSOCIATION_IDLE_MS = 120_000;

/**
 * How long an association is used for further calls after the last packet from the peer, in milliseconds: less than it is
 * kept by a margin, for the peer may have heard of us a while before we heard of it, and forgets as early.
 */
export const ASSOCIATION_USABLE_MS = 90_000;

/**
 * The same after the peer has refused a call because it goes: it may have closed since, and its CLOSE been lost. A call over what is
 * left of the association would be in doubt, while one that opens another is not. Long enough for whoever goes on calling to stay with
 * one association.
 */
export const ASSOCIATION_LEFT_USABLE_MS = 1_000;

/**
 * Between which the time lies, in milliseconds, that an association with unanswered calls may be quiet before it is probed
 * for life: often enough that a restart shows within the usual deadline, seldom enough to cost nothing.
 */
export const LIVENESS_PROBE_MS_MIN = 1_000;
export const LIVENESS_PROBE_MS_MAX = 15_000;
