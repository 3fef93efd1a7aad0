import process from 'node:process';
import type { RpcError } from '@rpcudp/core';

/** What happens to the targets of a channel. */
export type BalanceEvent =
  /** Discovery named other targets than before. */
  | { readonly kind: 'targets'; readonly added: readonly string[]; readonly removed: readonly string[] }
  /** Discovery failed; the targets stay what they were. Told once until it works again. */
  | { readonly kind: 'discovery-failed'; readonly error: RpcError }
  | { readonly kind: 'discovery-recovered' }
  /** Discovery named what cannot be called; it is left out. */
  | { readonly kind: 'target-refused'; readonly error: RpcError }
  /** A target fails more often than the others, and gets no calls for a while. */
  | { readonly kind: 'ejected'; readonly address: string }
  /** Its time is over. */
  | { readonly kind: 'returned'; readonly address: string };

/** Hears of events. */
export type BalanceListener = (event: BalanceEvent) => void;

/** Where nobody listens, what somebody should know of is a warning of the process. */
export const warnOfEvents: BalanceListener = (event) => {
  if (!('error' in event)) return;
  const { code, message } = event.error;
  process.emitWarning(`${event.kind}: ${message}`, { type: 'RpcudpBalanceWarning', code });
};

/** A listener of a user's own, whose errors are its own. */
export function guarded(listener: BalanceListener): BalanceListener {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      process.emitWarning(`onEvent has thrown: ${String(error)}`, { type: 'RpcudpBalanceWarning' });
    }
  };
}
