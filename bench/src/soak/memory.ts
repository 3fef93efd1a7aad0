import { PerformanceObserver, constants, type PerformanceEntry } from 'node:perf_hooks';

/** What a process has in memory after a collection, and how long it stood still for one. */
export interface MemoryFigures {
  readonly heapMegabytes: number;
  /** The longest pause of the collector since the process began to watch, in milliseconds. */
  readonly longestPauseMs: number;
}

/** Watches what the garbage collector does to this process, which has to run with `--expose-gc`. */
export class MemoryWatch {
  #longestPauseMs = 0;
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!isForced(entry)) this.#paused(entry.duration);
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Collects, and measures. */
  figures(): MemoryFigures {
    // What the first run frees can keep other things alive.
    globalThis.gc!();
    globalThis.gc!();
    return { heapMegabytes: process.memoryUsage().heapUsed / 1e6, longestPauseMs: this.#longestPauseMs };
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #paused(ms: number): void {
    this.#longestPauseMs = Math.max(this.#longestPauseMs, ms);
  }
}

/** Whether it was asked for, to measure the heap. */
function isForced(entry: PerformanceEntry): boolean {
  // Of entries of this type; the types know only what all have.
  const { detail } = entry as PerformanceEntry & { readonly detail: { readonly flags: number } };
  return (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
}
