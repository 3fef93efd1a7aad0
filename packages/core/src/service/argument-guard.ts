import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RpcError } from '../errors.js';
import type { MethodContract } from './contract.js';
import { plainIssues } from './issues.js';

/**
 * Gives the arguments that the handler gets, now or later.
 *
 * @throws RpcError `INVALID_ARGUMENT`, also as a rejection; `executed: 'no'`.
 */
export type Guard = (args: unknown[]) => unknown[] | Promise<unknown[]>;

/** The error of a guard. */
export function refusedArguments(
  method: MethodContract,
  problem: string,
  issues?: readonly StandardSchemaV1.Issue[],
): RpcError {
  const details = issues && { issues: plainIssues(issues) };
  return new RpcError('INVALID_ARGUMENT', `${method.service}.${method.property} refused its arguments: ${problem}`, {
    details,
  });
}
