import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';

/** What a timer can hold, in milliseconds. */
export const TIMER_MS_MAX = 2_147_483_647;

/** An option that is a number from `least` to `most`. @throws RpcError `INVALID_ARGUMENT` */
export function checkNumber(
  option: string,
  value: number,
  [least, most]: readonly [least: number, most: number],
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(option, `a number from ${least} to ${most}`, value);
}

/** The same of one that is whole. @throws RpcError `INVALID_ARGUMENT` */
export function checkWhole(option: string, value: number, range: readonly [least: number, most: number]): number {
  if (Number.isInteger(checkNumber(option, value, range))) return value;
  throw invalid(option, 'a whole number', value);
}

/** The error of an option that is none. */
export function invalid(option: string, expected: string, value: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${inspectOption(value)}.`);
}
