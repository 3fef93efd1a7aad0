import { CORE_READS_PER_TURN } from '../limits.js';
import type { DatagramRing, RingEntry } from './datagram-ring.js';

/** Takes what comes from a ring: some in a turn of the event loop, so that timers and sockets have theirs. */
export class RingReader {
  readonly #ring: DatagramRing;
  readonly #take: (entry: RingEntry) => void;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(ring: DatagramRing, take: (entry: RingEntry) => void) {
    this.#ring = ring;
    this.#take = take;
  }

  /** There may be something in the ring. */
  readonly wake = (): void => {
    if (this.#scheduled === undefined) this.#read();
  };

  /** Reads at the next turn, and whenever it is woken. */
  start(): void {
    this.#scheduled = setImmediate(this.#readLater);
  }

  /** Takes all that is there now, at once. */
  finish(): void {
    for (let entry = this.#ring.read(); entry !== undefined; entry = this.#ring.read()) this.#take(entry);
  }

  /** Reads no more. */
  stop(): void {
    this.#stopped = true;
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
  }

  readonly #readLater = (): void => {
    this.#scheduled = undefined;
    this.#read();
  };

  #read(): void {
    for (let left = CORE_READS_PER_TURN; left > 0 && !this.#stopped; left -= 1) {
      const entry = this.#ring.read();
      if (entry !== undefined) this.#take(entry);
      else if (this.#ring.sleep()) return;
    }
    if (!this.#stopped) this.start();
  }
}
