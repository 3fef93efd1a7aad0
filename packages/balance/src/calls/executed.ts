import { RpcError, type RpcError as Failure } from '@rpcudp/core';
import type { Executed } from '@rpcudp/core/endpoint';

/** What is known of a call by what is known of two attempts. */
export function eitherExecuted(one: Executed, other: Executed): Executed {
  if (one === 'yes' || other === 'yes') return 'yes';
  return one === 'unknown' || other === 'unknown' ? 'unknown' : 'no';
}

/** The same error, with what is known of the whole call: another attempt may have run, though this one did not. */
export function withExecuted(error: Failure, executed: Executed): Failure {
  if (error.executed === executed) return error;
  const { code, message, origin, details, cause } = error;
  return new RpcError(code, message, { origin, executed, details, cause });
}
