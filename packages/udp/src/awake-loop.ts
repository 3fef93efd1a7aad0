import type { Millis } from '@rpcudp/core/endpoint';

/** What an {@link AwakeLoop} needs of the runtime. */
export interface LoopPorts {
  /** A clock that never goes back. */
  now(): Millis;
  /** Calls back in the next turn of the event loop, which does not sleep before that. */
  nextTurn(callback: () => void): void;
}

/**
 * Keeps the event loop from going to sleep: as long as somebody waits for a turn, it asks the kernel what has come, and does
 * not wait for it. Timers and sockets have their turns as ever. One for all endpoints of a thread: two would take two
 * callbacks a turn for the same.
 */
export class AwakeLoop {
  readonly #ports: LoopPorts;
  #until: Millis = -Infinity;
  #running = false;
  #turn = 0;

  constructor(ports: LoopPorts) {
    this.#ports = ports;
  }

  /** A number that is another in each turn of the loop in which somebody stays awake. */
  get turn(): number {
    return this.#turn;
  }

  now(): Millis {
    return this.#ports.now();
  }

  /** Stays awake until then, or longer if somebody else has asked for that, and for this turn in any case. */
  stayAwake(until: Millis): void {
    if (until > this.#until) this.#until = until;
    if (this.#running) return;
    this.#running = true;
    this.#ports.nextTurn(this.#next);
  }

  readonly #next = (): void => {
    this.#turn += 1;
    this.#running = this.#ports.now() < this.#until;
    if (this.#running) this.#ports.nextTurn(this.#next);
  };
}
