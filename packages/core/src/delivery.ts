/** The ways to deliver a call, in the order in which the native wire numbers them: docs/protocol.md §3. */
export const DELIVERIES = ['at-most-once', 'idempotent', 'best-effort'] as const;

/**
 * How hard a call is tried. `'at-most-once'`: sent again until answered, never run twice. `'idempotent'`: may run again, so
 * it is also sent again after the peer was restarted. `'best-effort'`: sent once, never again.
 */
export type Delivery = (typeof DELIVERIES)[number];
