import type { Millis } from '../engine/engine.js';

/** The time that interceptors go by. For tests: `network.clock` of the simulated network is wrapped in one. */
export interface InterceptorClock {
  /** Milliseconds of a clock that never goes back. Its zero means nothing. */
  now(): Millis;
  /** Calls back once after `delayMs`; gives a function that prevents it. */
  setTimer(delayMs: Millis, callback: () => void): () => void;
}

/** That of this machine. Its timers keep no process alive: an endpoint that is open does. */
export const SYSTEM_CLOCK: InterceptorClock = {
  now: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
