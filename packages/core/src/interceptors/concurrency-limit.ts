import { RpcError, type RpcErrorCode } from '../errors.js';
import type { AnyInterceptor, InterceptedCall } from '../interceptor.js';
import { AdaptiveLimit, type AdaptiveLimitOptions } from './adaptive-limit.js';
import { SYSTEM_CLOCK, type InterceptorClock } from './clock.js';
import { watching, type Ending } from './watch.js';

/** What {@link concurrencyLimit} takes. */
export interface ConcurrencyLimitOptions extends AdaptiveLimitOptions {
  /** Default: that of this machine. */
  readonly clock?: InterceptorClock;
}

/** A {@link concurrencyLimit}, which can be watched. */
export type ConcurrencyLimit = AnyInterceptor & {
  /** How many calls may run at once now, and how many do. */
  readonly limit: number;
  readonly running: number;
};

/**
 * Refuses calls with `RESOURCE_EXHAUSTED`, `executed: 'no'`, where more run at once than can be answered without waiting. How many
 * that is, it finds out from how long they take: see `AdaptiveLimit`. On the server it protects handlers, on the client
 * a peer. All calls that go through one of them share its limit: make one for each peer or service that is to have its own.
 *
 * A stream takes a place for as long as it is read, and tells nothing about time.
 *
 * @throws RpcError `INVALID_ARGUMENT` if an option is out of range
 */
export function concurrencyLimit({ clock = SYSTEM_CLOCK, ...options }: ConcurrencyLimitOptions = {}): ConcurrencyLimit {
  const limit = new AdaptiveLimit(options);
  const interceptor = watching((call) => {
    if (!limit.take()) throw refusal(call, limit.limit);
    const began = clock.now();
    return (ending) => give(limit, call, ending, clock.now() - began);
  });
  return Object.defineProperties(interceptor, {
    limit: { get: () => limit.limit },
    running: { get: () => limit.running },
  }) as ConcurrencyLimit;
}

function give(limit: AdaptiveLimit, { stream }: InterceptedCall, { kind, error }: Ending, durationMs: number): void {
  if (kind === 'silent' || isOverload(error)) return limit.overloaded();
  if (kind === 'answered' && !stream) limit.answered(durationMs);
  else limit.giveBack();
}

const OVERLOADS: readonly RpcErrorCode[] = ['RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED'];

function isOverload(error: unknown): boolean {
  return RpcError.is(error) && OVERLOADS.includes(error.code);
}

function refusal({ method: { service, property }, side, remote }: InterceptedCall, limit: number): RpcError {
  const whose = side === 'server' ? 'The server' : `The client of ${remote}`;
  const message = `${service}.${property}: ${whose} has as many calls as it can do without delay, which is ${limit} now.`;
  return new RpcError('RESOURCE_EXHAUSTED', message, { details: { limit } });
}
