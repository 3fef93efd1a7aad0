import type { Reply, RpcCall, RpcError, RpcErrorCode } from '@rpcudp/core';
import type { RetryThrottle } from '@rpcudp/core/interceptors';

/** How a call over a target has ended, as far as it tells of the target. */
export type CallEnd =
  /** It answered, be it with an error of the call's own. */
  | { readonly kind: 'answered'; /** Whether that says how long calls take. */ readonly measures: boolean }
  /** It refused the call, which did not run. */
  | { readonly kind: 'refused'; /** How long it asks to be left alone. */ readonly retryAfterMs: number }
  /** It answered that something went wrong there. */
  | { readonly kind: 'failed'; /** Whether another target may not have that problem. */ readonly movesOn: boolean }
  /** It is gone, or cannot be reached. */
  | { readonly kind: 'lost' }
  /** Nothing was heard within the call's time. */
  | { readonly kind: 'silent' }
  /** Another target answered sooner. */
  | { readonly kind: 'overtaken' }
  /** It was cancelled, or went wrong on this side, or nobody expected an answer. */
  | { readonly kind: 'untold' };

const ANSWERED: CallEnd = { kind: 'answered', measures: true };
const FAILED: CallEnd = { kind: 'failed', movesOn: false };
const FAILED_THERE: CallEnd = { kind: 'failed', movesOn: true };
const LOST: CallEnd = { kind: 'lost' };
const SILENT: CallEnd = { kind: 'silent' };
/** The end of a call that says nothing of its target. */
export const UNTOLD: CallEnd = { kind: 'untold' };

/** Errors that tell of the server: what a call itself is refused with is for its caller. */
const FAILURES: readonly RpcErrorCode[] = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS'];

/** What a reply tells of the target. */
export function endOfReply({ received }: Reply<unknown>, call: RpcCall<unknown>): CallEnd {
  if (received) return ANSWERED;
  // Of a call that is only sent there is nothing to hear.
  return call.silenceError() === undefined ? UNTOLD : SILENT;
}

/** What an error tells of the target. */
export function endOfError(error: RpcError): CallEnd {
  const { code, origin } = error;
  if (movesOn(error) && error.executed === 'no') return { kind: 'refused', retryAfterMs: retryAfterMs(error) };
  if (code === 'DEADLINE_EXCEEDED' && origin === 'local') return SILENT;
  if (origin === 'local') return code === 'UNAVAILABLE' ? LOST : code === 'DATA_LOSS' ? FAILED : UNTOLD;
  if (movesOn(error)) return FAILED_THERE;
  return FAILURES.includes(code) ? FAILED : ANSWERED;
}

/** What an end does to the budget: gRFC A6. */
export function spend(throttle: Pick<RetryThrottle, 'succeeded' | 'failed'>, end: CallEnd): void {
  if (end.kind === 'answered') throttle.succeeded();
  else if (end.kind === 'refused' || end.kind === 'lost' || end.kind === 'silent') throttle.failed();
  else if (end.kind === 'failed' && end.movesOn) throttle.failed();
}

/** Whether an error is one that another target may not have. What this endpoint has no room for goes nowhere else either. */
export function movesOn({ code, origin, details }: RpcError): boolean {
  if (code === 'UNAVAILABLE') return true;
  if (code !== 'RESOURCE_EXHAUSTED') return false;
  return origin === 'remote' || !isEndpointFull(details);
}

function isEndpointFull(details: unknown): boolean {
  return typeof details === 'object' && details !== null && 'maxPending' in details;
}

/** What a peer that has no room asks for; anybody can say anything. */
function retryAfterMs({ details }: RpcError): number {
  const afterMs = (details as { readonly retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof afterMs === 'number' && afterMs > 0 ? afterMs : 0;
}
