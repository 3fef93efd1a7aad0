import { TIMEOUT_MS_MAX } from './limits.js';

/** Whether a number of milliseconds is one that a timer can hold, and not less than `least`. */
export function isMillis(value: unknown, least: 0 | 1): value is number {
  return typeof value === 'number' && value >= least && value <= TIMEOUT_MS_MAX;
}

/** What {@link isMillis} expects, for messages. */
export function expectedMillis(least: 0 | 1): string {
  return `from ${least} to ${TIMEOUT_MS_MAX}`;
}
