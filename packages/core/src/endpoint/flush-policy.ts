import type { EndpointPorts } from '../ports.js';

/** With fewer messages than this in it, a datagram costs more than sending it early gains. */
const MESSAGES_WORTH_A_DATAGRAM = 16;

/**
 * When datagrams that several calls can share are built: the first call or answer of a turn of the event loop leaves at
 * once, what follows in the same turn is packed together and leaves at its end, and so does what carries neither, such as
 * a lone acknowledgement. Waiting always would cost latency when there is
 * one call in flight; never waiting would cost most of the throughput when there are many.
 */
export class FlushPolicy {
  readonly #ports: EndpointPorts;
  readonly #turnEnded: () => void;
  #turnOpen = false;
  /** Whether a datagram of this turn has left. */
  #built = false;

  constructor(ports: EndpointPorts, turnEnded: () => void) {
    this.#ports = ports;
    this.#turnEnded = turnEnded;
  }

  /**
   * Whether what there is to send should go now; otherwise it goes at the end of the turn.
   *
   * @param messages How many calls and answers wait to share datagrams.
   * @param pendingCalls How many calls of ours are on their way: when a quarter of them wait, they go, so that the other
   * side is at work on them while this one still makes the rest.
   */
  mayFlushNow(messages: number, pendingCalls: number): boolean {
    return messages > 0 && (!this.#built || messages >= Math.max(MESSAGES_WORTH_A_DATAGRAM, pendingCalls / 4));
  }

  /** A datagram has been built: in the turn that `open` opens, if none is open. */
  built(): void {
    this.#built = true;
  }

  /** Everything has been seen to: what comes now is the first again. */
  settled(): void {
    this.#built = false;
  }

  /** Something has happened that the end of the turn has to see to. */
  open(): void {
    if (this.#turnOpen) return;
    this.#turnOpen = true;
    this.#ports.defer(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnOpen = false;
    this.#turnEnded();
  };
}
