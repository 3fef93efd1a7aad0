import { CORE_RESTART_MS, CORE_RESTART_MS_MAX, CORE_STEADY_MS } from '../limits.js';

/**
 * How long a lane waits for its next worker after one has died: longer each time, unless the last one had served for a
 * while. It never gives up: the other workers serve on, and what made it die may pass.
 */
export class RestartDelay {
  #delayMs = CORE_RESTART_MS;

  /** @param servedMs How long the one that has died had served. */
  afterDeath(servedMs: number): number {
    if (servedMs >= CORE_STEADY_MS) this.#delayMs = CORE_RESTART_MS;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(2 * delayMs, CORE_RESTART_MS_MAX);
    return delayMs;
  }
}
