import type { Millis } from '@rpcudp/core/endpoint';
import { SLEEP_MS_LEAST, WALL_CLOCK_EVERY_MS } from './limits.js';

/** The clocks of the system, in milliseconds. */
export interface SystemClocks {
  /** Never goes back; stands still while the machine sleeps, on Linux. */
  monotonic(): Millis;
  /** Goes on while the machine sleeps; may be set. */
  wall(): Millis;
}

/**
 * Tells what has passed, sleep of the machine included: the larger of what its two clocks say, between one comparison and
 * the next. It never goes back. A wall clock that is set back, or runs ahead by little, is not believed; one that is set
 * forward looks like sleep.
 */
export class ElapsedClock {
  readonly #clocks: SystemClocks;
  readonly #woken: () => void;
  /** What both clocks said when they were compared. */
  #monotonic: Millis;
  #wall: Millis;
  /** How long the machine has slept. */
  #slept: Millis = 0;

  /** @param woken Called, while the clock is read, when the machine has slept. May read the clock. */
  constructor(clocks: SystemClocks, woken: () => void) {
    this.#clocks = clocks;
    this.#woken = woken;
    this.#monotonic = clocks.monotonic();
    this.#wall = clocks.wall();
  }

  now(): Millis {
    const monotonic = this.#clocks.monotonic();
    if (monotonic - this.#monotonic >= WALL_CLOCK_EVERY_MS) this.#compare(monotonic);
    return monotonic + this.#slept;
  }

  #compare(monotonic: Millis): void {
    const wall = this.#clocks.wall();
    const ahead = wall - this.#wall - (monotonic - this.#monotonic);
    this.#monotonic = monotonic;
    this.#wall = wall;
    if (ahead < SLEEP_MS_LEAST) return;
    this.#slept += ahead;
    this.#woken();
  }
}
