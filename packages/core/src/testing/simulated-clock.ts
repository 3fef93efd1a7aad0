import { DeadlineHeap } from '../engine/tables/deadline-heap.js';
import type { Millis } from '../engine/engine.js';

interface Event {
  readonly deadline: Millis;
  heapIndex: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on. Events of the same moment happen in the order they were set. */
export class SimulatedClock {
  readonly #events = new DeadlineHeap<Event>();
  #now: Millis = 0;
  #tick = 0;

  /** Milliseconds since the simulation began. */
  get now(): Millis {
    return this.#now;
  }

  /** How many events are yet to come. */
  get scheduled(): number {
    return this.#events.size;
  }

  /** Calls back once, `delayMs` from now; gives a function that prevents it. */
  setTimer(delayMs: Millis, callback: () => void): () => void {
    // A billionth of a millisecond for each event keeps those of one moment in order.
    this.#tick += 1;
    const event: Event = { deadline: this.#now + delayMs + this.#tick * 1e-9, heapIndex: -1, callback };
    this.#events.add(event);
    return () => this.#events.remove(event);
  }

  /** Lets time pass, and with it everything that is due, handlers' promises included. */
  async advance(ms: Millis): Promise<void> {
    const end = this.#now + ms;
    await promisesSettle();
    while (this.#events.earliest <= end + 1e-3) await this.step();
    this.#now = Math.max(this.#now, end);
  }

  /** Goes to the next event and lets it happen; false if there is none. */
  async step(): Promise<boolean> {
    const event = this.#events.takeDue(Infinity);
    if (event === undefined) return false;
    this.#now = Math.max(this.#now, event.deadline);
    event.callback();
    await promisesSettle();
    return true;
  }
}

/** Every promise that can settle without the simulation going on has settled when this one does. */
function promisesSettle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
