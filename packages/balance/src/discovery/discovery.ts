import type { BalancePorts } from '../ports.js';
import type { Target } from '../target/target.js';

/**
 * Finds out which targets there are: from a list, from DNS, or from whatever keeps such a list.
 *
 * It gives all targets at once, each time that they may have changed. If it throws, the last ones stay, and it is begun again after a pause; if it
 * ends, they stay for good.
 */
export interface Discovery {
  /** What it finds, for messages: a name. */
  readonly label?: string;
  /**
   * @param signal Aborted when nobody is interested any more.
   * @param ports The clock, the chance and the timers to go by, for those that have use for them.
   */
  watch(signal: AbortSignal, ports: BalancePorts): AsyncIterable<readonly Target[]>;
}
