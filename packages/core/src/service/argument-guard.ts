import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RpcError } from '../errors.js';
import type { MethodContract } from './contract.js';

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
  const details = issues && {
    issues: issues.map(({ message, path }) => ({ message, path: path?.map(pathKey) ?? [] })),
  };
  return new RpcError('INVALID_ARGUMENT', `${method.service}.${method.property} refused its arguments: ${problem}`, {
    details,
  });
}

/** One step to a place in a value, as it is told. */
export function pathKey(step: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'symbol' ? String(key) : key;
}
