import type { TraceEvent } from '../../trace-events.js';

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** An event of an association that says neither whose it is nor when it happened. */
export type UntoldEvent = Without<Extract<TraceEvent, { readonly association: string }>, 'at' | 'association'>;
