import type { TraceEvent } from '../engine/engine.js';

/** Somebody who watches an endpoint. What it throws is reported, and harms nobody. */
export type Observer = (event: TraceEvent) => void;

/** Those who watch one endpoint. Few, and mostly none. */
export class Observers {
  readonly #failed: (error: unknown) => void;
  readonly #changed: (any: boolean) => void;
  /** Replaced whenever it changes, so that one may come or go while an event is told. */
  #all: readonly Observer[] = [];

  /** @param changed Hears whether there are any, when that changes. */
  constructor(failed: (error: unknown) => void, changed: (any: boolean) => void) {
    this.#failed = failed;
    this.#changed = changed;
  }

  /** Whether there are any. */
  get any(): boolean {
    return this.#all.length > 0;
  }

  /** Adds one; gives what takes it out again. */
  add(observer: Observer): () => void {
    // Of its own, for one that is added twice is two.
    const added: Observer = (event) => observer(event);
    this.#set([...this.#all, added]);
    return () => this.#set(this.#all.filter((each) => each !== added));
  }

  tell(event: TraceEvent): void {
    for (const observer of this.#all) {
      try {
        observer(event);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  #set(all: readonly Observer[]): void {
    const before = this.any;
    this.#all = all;
    if (this.any !== before) this.#changed(this.any);
  }
}
