import type { Millis } from '@rpcudp/core/endpoint';

interface Waiting {
  /** When it is due by the endpoint's clock. */
  readonly at: Millis;
  readonly callback: () => void;
}

/**
 * The timers of an endpoint, all at once: whether they keep the process alive, and what becomes of them when the machine
 * has slept. Node's timers stand still meanwhile, so those that wait are then set anew by the endpoint's clock.
 */
export class EndpointTimers {
  readonly #now: () => Millis;
  readonly #waiting = new Map<Waiting, NodeJS.Timeout>();
  #keepAlive = true;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  /** Calls back once after `delayMs`; gives a function that prevents it. */
  set(delayMs: Millis, callback: () => void): () => void {
    const waiting: Waiting = { at: this.#now() + delayMs, callback };
    this.#start(waiting, delayMs);
    return () => this.#stop(waiting);
  }

  /** Sets all that wait anew, to what is left until they are due. */
  reset(): void {
    const now = this.#now();
    for (const waiting of [...this.#waiting.keys()]) {
      this.#stop(waiting);
      this.#start(waiting, Math.max(0, waiting.at - now));
    }
  }

  /** Lets the process end while timers wait. */
  unref(): void {
    this.#keepAlive = false;
    for (const timer of this.#waiting.values()) timer.unref();
  }

  /** Keeps the process alive while timers wait, as at first. */
  ref(): void {
    this.#keepAlive = true;
    for (const timer of this.#waiting.values()) timer.ref();
  }

  #start(waiting: Waiting, delayMs: Millis): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting);
      waiting.callback();
    }, Math.ceil(delayMs));
    this.#waiting.set(waiting, this.#keepAlive ? timer : timer.unref());
  }

  #stop(waiting: Waiting): void {
    clearTimeout(this.#waiting.get(waiting));
    this.#waiting.delete(waiting);
  }
}
