import type { Millis } from '../engine/engine.js';
import { DATAGRAMS_PER_TURN, INPUT_TURNS_MAX, TIMER_LATE_MS } from '../limits.js';
import type { EndpointPorts } from '../ports.js';

/**
 * Lets what has arrived be read before a deadline is declared missed. After the event loop stood still, timers go off before
 * sockets are read: the answer to a call can lie in the socket's buffer, in time, while the call's deadline is found to be
 * over.
 */
export class InputFirst {
  readonly #ports: Pick<EndpointPorts, 'defer'>;
  readonly #received: () => number;

  /** @param received How many datagrams have been read since the beginning. */
  constructor(ports: Pick<EndpointPorts, 'defer'>, received: () => number) {
    this.#ports = ports;
    this.#received = received;
  }

  /**
   * Calls back when what has arrived is read: after one turn of the event loop, or after more if the timer was late and turns
   * read as much as one can.
   *
   * @param lateMs How long after its time the timer went off.
   */
  whenRead(lateMs: Millis, callback: () => void): void {
    let turnsLeft = lateMs > TIMER_LATE_MS ? INPUT_TURNS_MAX : 1;
    let before = this.#received();
    const turnEnded = (): void => {
      turnsLeft -= 1;
      const received = this.#received();
      if (turnsLeft === 0 || received - before < DATAGRAMS_PER_TURN) return callback();
      before = received;
      this.#ports.defer(turnEnded);
    };
    this.#ports.defer(turnEnded);
  }
}
