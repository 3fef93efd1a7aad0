import type { Executed, RpcError } from '../errors.js';

const earlier = new WeakMap<RpcError, Executed>();

/**
 * Says of an error that an interceptor throws before its handler was started what is true of an earlier call that was the same:
 * that one may have run.
 */
export function ranEarlier(error: RpcError): RpcError {
  earlier.set(error, error.executed);
  return error;
}

/** What {@link ranEarlier} said of a thrown value; undefined if nothing. */
export function executedEarlier(thrown: unknown): Executed | undefined {
  return typeof thrown === 'object' && thrown !== null ? earlier.get(thrown as RpcError) : undefined;
}
