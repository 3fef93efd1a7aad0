import { Fifo } from '../../tables/fifo.js';
import type { Item } from './item.js';

/** What shares with others of its kind what is sent: one item at a time. */
export interface TurnTaker {
  /** Whether it waits for its turn. Owned by {@link Turns}. */
  inTurn: boolean;
  /** Whether it has an item that may be sent now. */
  readonly ready: boolean;
  /** Its next item, or a part of it, for a packet that has room for so many bytes; undefined if it has too few. */
  next(roomBytes: number, itemBytesMax: number): Item | undefined;
}

/** Those that have something to send, each in its turn: docs/protocol.md §6.9. */
export class Turns {
  readonly #takers = new Fifo<TurnTaker>();

  /** Whether there is anything to send, as far as the last `prune` can tell. */
  get isEmpty(): boolean {
    return this.#takers.size === 0;
  }

  /** Lets one take its turn, after all others. It must not be waiting for it. */
  add(taker: TurnTaker): void {
    taker.inTurn = true;
    this.#takers.push(taker);
  }

  /** Passes over those that have nothing to send any more, as far as they come next. */
  prune(): void {
    for (let first = this.#takers.first; first?.ready === false; first = this.#takers.first) this.#shift(first);
  }

  /** The next item; undefined if there is none, or if it does not fit: its turn is then still to come. */
  next(roomBytes: number, itemBytesMax: number): Item | undefined {
    this.prune();
    const taker = this.#takers.first;
    const item = taker?.next(roomBytes, itemBytesMax);
    if (taker === undefined || item === undefined) return undefined;
    this.#shift(taker);
    if (taker.ready) this.add(taker);
    return item;
  }

  #shift(taker: TurnTaker): void {
    this.#takers.shift();
    taker.inTurn = false;
  }
}
