import { SeededRandom } from '../src/testing/random';
import { sameAddress, type Address } from '../src/address';
import type { RpcError } from '../src/errors';
import type { EndpointPorts, Transmit } from '../src/ports';

/** The world of one endpoint, moved by hand: a clock, an event loop, and what was sent. */
export class FakePorts implements EndpointPorts {
  time = 1000;
  readonly sent: Transmit[] = [];
  /** What the system says to whoever sends; undefined if it sends. */
  refusal: RpcError | undefined;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #deferred: (() => void)[] = [];
  readonly #random = new SeededRandom(1);

  readonly now = (): number => this.time;

  readonly wallClock = (): number => this.time;

  readonly random = (length: number): Uint8Array => this.#random.bytes(length);

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  send(transmit: Transmit, failed: (transmit: Transmit, error: RpcError) => void): void {
    const { refusal } = this;
    if (refusal !== undefined) this.#deferred.push(() => failed(transmit, refusal));
    else this.sent.push(transmit);
  }

  /** Delivers what was sent to an address since the last time, as from `sender`; the rest stays. */
  deliver(address: Address, sender: Address, receive: (datagram: Uint8Array, from: Address) => void): void {
    for (const transmit of this.sent.splice(0)) {
      if (sameAddress(transmit.to, address)) receive(transmit.datagram, sender);
      else this.sent.push(transmit);
    }
  }

  /** The first half of a turn of the event loop: timers that are due. */
  runTimers(): void {
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.time || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }

  /** The second half, after sockets were read: what was deferred to the end of the turn. */
  endTurn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const callback of deferred) callback();
  }

  /** A turn in which nothing is read. */
  turn(): void {
    this.runTimers();
    this.endTurn();
  }
}
