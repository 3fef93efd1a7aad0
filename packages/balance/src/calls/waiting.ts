import { RpcError } from '@rpcudp/core';
import { WAITING_CALLS_MAX } from '../limits.js';
import type { BalancePorts } from '../ports.js';

/** Calls that wait until there are targets, or other ones. */
export class Waiting {
  readonly #ports: Pick<BalancePorts, 'setTimer'>;
  readonly #waiting = new Set<() => void>();

  constructor(ports: Pick<BalancePorts, 'setTimer'>) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when something has changed, after a while, or when a signal is aborted.
   *
   * @throws RpcError `RESOURCE_EXHAUSTED`, at once, if too many wait
   */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= WAITING_CALLS_MAX)
      throw new RpcError(
        'RESOURCE_EXHAUSTED',
        `${WAITING_CALLS_MAX} calls wait for a target already. Wait for some of them to end, or see why there is no target.`,
      );
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        stop();
        signal?.removeEventListener('abort', over);
        this.#waiting.delete(over);
        resolve();
      };
      const stop = this.#ports.setTimer(ms, over);
      this.#waiting.add(over);
      signal?.addEventListener('abort', over, { once: true });
    });
  }

  /** Wakes all that wait. */
  wake(): void {
    for (const over of [...this.#waiting]) over();
  }
}
