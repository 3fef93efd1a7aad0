import type { EndpointPorts } from './ports.js';

/** With fewer messages than this in it, a datagram costs more than sending it early gains. */
const MESSAGES_WORTH_A_DATAGRAM = 16;

/**
 * When datagrams that several calls can share are built: the first datagram of a turn of the event loop leaves at once,
 * what follows in the same turn is packed together and leaves at its end. Waiting always would cost latency when there is
 * one call in flight; never waiting would cost most of the throughput when there are many.
 */
export class FlushPolicy {
  readonly #ports: EndpointPorts;
  readonly #flush: () => void;
  #turnOpen = false;
  #waiting = false;

  constructor(ports: EndpointPorts, flush: () => void) {
    this.#ports = ports;
    this.#flush = flush;
  }

  /**
   * There is something to send. True if it should go now; otherwise it goes at the end of the turn.
   *
   * @param messages How many calls and answers wait to share datagrams.
   * @param pendingCalls How many calls of ours are on their way: when a quarter of them wait, they go, so that the other
   * side is at work on them while this one still makes the rest.
   */
  mayFlushNow(messages: number, pendingCalls: number): boolean {
    if (this.#turnOpen) {
      if (messages >= Math.max(MESSAGES_WORTH_A_DATAGRAM, pendingCalls / 4)) return true;
      this.#waiting = true;
      return false;
    }
    this.#turnOpen = true;
    this.#ports.defer(this.#endTurn);
    return true;
  }

  readonly #endTurn = (): void => {
    this.#turnOpen = false;
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#flush();
  };
}
