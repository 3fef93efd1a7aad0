import type { Address } from '@rpcudp/core';
import type { EndpointPorts, Millis } from '@rpcudp/core/endpoint';
import type { AwakeLoop } from './awake-loop.js';
import { ExpectedGap } from './expected-gap.js';

type Receive = (datagram: Uint8Array, from: Address) => void;

/**
 * Keeps the event loop awake for an endpoint: after each datagram, in or out, for as long as the next one usually takes. So the
 * loop is awake while a call is out and while a caller is likely to go on, and sleeps as soon as it takes longer.
 * See docs/decisions/0043.
 */
export class BusyPoll {
  readonly #loop: AwakeLoop;
  readonly #gap: ExpectedGap;
  /** When the last datagram came or went; undefined before the first. */
  #last: Millis | undefined;
  /** The turn in which the last one came. */
  #turn: number | undefined;

  /** @param mostMs For how long it stays awake at most, where nothing comes. */
  constructor(loop: AwakeLoop, mostMs: Millis) {
    this.#loop = loop;
    this.#gap = new ExpectedGap(mostMs);
  }

  /** The same ports, with what is sent over them heard of. */
  heard(ports: EndpointPorts): EndpointPorts {
    return {
      ...ports,
      send: (transmit, failed) => {
        ports.send(transmit, failed);
        this.sent();
      },
    };
  }

  /** Hears of what `receive` is given, and gives it on. */
  hearing(receive: Receive): Receive {
    return (datagram, from) => {
      this.received();
      receive(datagram, from);
    };
  }

  /** A datagram has come. */
  received(): void {
    const now = this.#loop.now();
    // Those that are read in one turn have come together: there was nothing to wait for between them.
    if (this.#last !== undefined && this.#loop.turn !== this.#turn) this.#gap.learn(now - this.#last);
    this.#turn = this.#loop.turn;
    this.#happened(now);
  }

  /** A datagram has gone out. */
  sent(): void {
    this.#happened(this.#loop.now());
  }

  #happened(now: Millis): void {
    this.#last = now;
    this.#loop.stayAwake(now + this.#gap.worthMs);
  }
}
