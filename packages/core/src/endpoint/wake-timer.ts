import type { Millis } from '../engine/engine.js';
import type { EndpointPorts } from '../ports.js';
import type { InputFirst } from './input-first.js';

/**
 * One timer for everything that is due some time. It is only ever moved forward: when what it was set for has ended
 * meanwhile, it goes off once for nothing, which costs less than setting it again for every call.
 */
export class WakeTimer {
  readonly #ports: Pick<EndpointPorts, 'now' | 'setTimer'>;
  readonly #input: InputFirst;
  readonly #wake: () => void;
  #at: Millis = Infinity;
  #clear: (() => void) | undefined;
  /** Whether it has gone off and `wake` will be called when the input is read. */
  #due = false;
  #stopped = false;

  constructor(ports: Pick<EndpointPorts, 'now' | 'setTimer'>, input: InputFirst, wake: () => void) {
    this.#ports = ports;
    this.#input = input;
    this.#wake = wake;
  }

  /** Sees to it that `wake` is called at `at` or before; at `Infinity` that it is not called. */
  arm(at: Millis): void {
    // Who is woken arms it again.
    if (this.#due) return;
    if (at === Infinity) return this.clear();
    if (at >= this.#at || this.#stopped) return;
    this.clear();
    this.#at = at;
    this.#clear = this.#ports.setTimer(Math.max(0, at - this.#ports.now()), this.#wentOff);
  }

  /** Never calls back again, whatever it is armed for. */
  stop(): void {
    this.clear();
    this.#stopped = true;
  }

  clear(): void {
    this.#clear?.();
    this.#clear = undefined;
    this.#at = Infinity;
  }

  readonly #wentOff = (): void => {
    const lateMs = this.#ports.now() - this.#at;
    this.#at = Infinity;
    this.#clear = undefined;
    this.#due = true;
    this.#input.whenRead(lateMs, () => {
      this.#due = false;
      if (!this.#stopped) this.#wake();
    });
  };
}
