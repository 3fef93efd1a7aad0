import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';

/** An option that is a number from `least` to `most`. @throws RpcError `INVALID_ARGUMENT` */
export function checkNumber(
  option: string,
  value: number,
  [least, most]: readonly [least: number, most: number],
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = most === Infinity ? `a number from ${least}` : `a number from ${least} to ${most}`;
  throw new RpcError('INVALID_ARGUMENT', `${option} must be ${range}, not ${inspectOption(value)}.`);
}

/** The same of one that is whole. @throws RpcError `INVALID_ARGUMENT` */
export function checkWhole(option: string, value: number, range: readonly [least: number, most: number]): number {
  if (Number.isInteger(checkNumber(option, value, range))) return value;
  throw new RpcError('INVALID_ARGUMENT', `${option} must be a whole number, not ${value}.`);
}
