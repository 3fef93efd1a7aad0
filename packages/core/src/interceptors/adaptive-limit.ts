import { CONCURRENCY_INITIAL_DEFAULT, CONCURRENCY_MAX_DEFAULT } from '../interceptor-limits.js';
import { checkNumber, checkWhole } from './check-number.js';

/** What bounds an `AdaptiveLimit`. */
export interface AdaptiveLimitOptions {
  /** How many calls may run at once before anything is known. Default: 20. */
  readonly initial?: number;
  /** Between what the limit may be. Default: 1 and 1,000. */
  readonly min?: number;
  readonly max?: number;
  /** How many times as long as usual calls may take before the limit falls. Default: 1.5. */
  readonly tolerance?: number;
}

/** How many calls a window has at least: what is decided once for each. */
const WINDOW_CALLS_MIN = 10;
/** After so many windows, what is usual is measured again. */
const PROBE_EVERY = 200;
/** How much of a new limit is taken at once. */
const SMOOTHING = 0.2;
/** Calls that may wait where the limit is right: without any, it would never be found out that there is room for more. */
const QUEUE = 4;
/** What a call that was refused or timed out leaves of the limit. */
const AFTER_OVERLOAD = 0.9;
/** No call takes less, for what is divided by. */
const LEAST_MS = 1e-3;

/**
 * How many calls may run at once, by how long they take: the gradient of Netflix's concurrency-limits (Gradient2). As long as calls
 * take what they usually do, the limit grows; when they take longer, something queues, and it falls by as much. A call that
 * is refused or times out takes a tenth.
 *
 * What is usual is the least average of a window. An average over a long time would drift upwards as long as there is a queue, and the
 * limit with it. So it is measured again from time to time while half as many calls may run, as BBR measures the round trip.
 */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  readonly #tolerance: number;
  #limit: number;
  #usualMs = Infinity;
  #running = 0;
  #windows = 0;
  #isProbing = false;
  /** Of the window: how many calls, how long they took together, and how many ran at once. */
  #calls = 0;
  #sumMs = 0;
  #mostRunning = 0;

  /** @throws RpcError `INVALID_ARGUMENT` */
  constructor(options: AdaptiveLimitOptions = {}) {
    const { initial = CONCURRENCY_INITIAL_DEFAULT, min = 1, max = CONCURRENCY_MAX_DEFAULT, tolerance = 1.5 } = options;
    this.#min = checkWhole('min', min, [1, Number.MAX_SAFE_INTEGER]);
    this.#max = checkWhole('max', max, [min, Number.MAX_SAFE_INTEGER]);
    this.#tolerance = checkNumber('tolerance', tolerance, [1, Infinity]);
    this.#limit = Math.min(max, Math.max(min, checkWhole('initial', initial, [1, Number.MAX_SAFE_INTEGER])));
  }

  /** How many may run at once now. */
  get limit(): number {
    return this.#isProbing ? Math.max(this.#min, Math.floor(this.#limit / 2)) : Math.floor(this.#limit);
  }

  /** How many run. */
  get running(): number {
    return this.#running;
  }

  /** Takes a place; false if there is none. */
  take(): boolean {
    if (this.#running >= this.limit) return false;
    this.#running += 1;
    return true;
  }

  /** Gives a place back of a call of which nothing is to be learned. */
  giveBack(): void {
    this.#running -= 1;
  }

  /** Gives a place back of a call that was answered. */
  answered(durationMs: number): void {
    const running = this.#running;
    this.giveBack();
    // Those that began before there were to be fewer say nothing of that.
    if (this.#isProbing && running > this.limit) return;
    this.#calls += 1;
    this.#sumMs += durationMs;
    this.#mostRunning = Math.max(this.#mostRunning, running);
    if (this.#calls >= Math.max(WINDOW_CALLS_MIN, this.limit)) this.#endWindow();
  }

  /** Gives a place back of a call that was too much. */
  overloaded(): void {
    this.giveBack();
    this.#set(this.#limit * AFTER_OVERLOAD);
  }

  #endWindow(): void {
    const tookMs = Math.max(LEAST_MS, this.#sumMs / this.#calls);
    const wasProbe = this.#isProbing;
    // Where few of the places are taken, that calls are quick says nothing about more.
    const wasUsed = this.#mostRunning >= this.#limit / 2;
    this.#calls = this.#sumMs = this.#mostRunning = 0;
    this.#usualMs = wasProbe ? tookMs : Math.min(this.#usualMs, tookMs);
    this.#windows += 1;
    this.#isProbing = this.#windows % PROBE_EVERY === 0;
    if (wasProbe || !wasUsed) return;
    const gradient = Math.max(0.5, Math.min(1, (this.#tolerance * this.#usualMs) / tookMs));
    this.#set(this.#limit * (1 - SMOOTHING) + (this.#limit * gradient + QUEUE) * SMOOTHING);
  }

  #set(limit: number): void {
    this.#limit = Math.max(this.#min, Math.min(this.#max, limit));
  }
}
