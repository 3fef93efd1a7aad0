/** What balancing needs of the world beside an endpoint: a clock, chance and timers. A simulation has its own. */
export interface BalancePorts {
  /** A clock that never goes back, in milliseconds. Its zero means nothing. */
  now(): number;
  /** A number from 0 up to, not including, 1. Not for secrets. */
  random(): number;
  /** Calls back once after `delayMs`; gives a function that prevents it. A timer keeps no process alive. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** The clock, the chance and the timers of this process. */
export const SYSTEM_PORTS: BalancePorts = {
  now: () => performance.now(),
  random: () => Math.random(),
  setTimer(delayMs, callback) {
    let reading: NodeJS.Immediate | undefined;
    // After the process stood still, timers go off before sockets are read: what was answered in time shall be read first.
    const wentOff = (): void => void (reading = setImmediate(callback).unref());
    const timer = setTimeout(wentOff, delayMs).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(reading);
    };
  },
};

/** Resolves after a while, or when a signal is aborted. */
export function pause(ms: number, { setTimer }: Pick<BalancePorts, 'setTimer'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const stop = setTimer(ms, over);
    signal.addEventListener('abort', over, { once: true });
    function over(): void {
      stop();
      signal.removeEventListener('abort', over);
      resolve();
    }
  });
}
