/** What a load needs of time: a simulation of it serves as well. */
export interface LoadClock {
  /** In milliseconds. Its zero means nothing. */
  now(): number;
  /** Calls back once after so many milliseconds; gives a function that prevents it. */
  setTimer(ms: number, callback: () => void): () => void;
  /** Calls back in the next turn of the event loop. */
  nextTurn(callback: () => void): void;
}

export const SYSTEM_CLOCK: LoadClock = {
  now: () => performance.now(),
  setTimer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  nextTurn: (callback) => void setImmediate(callback),
};
