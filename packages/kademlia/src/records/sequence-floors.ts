import { SEQUENCE_FLOORS_MAX } from '../limits.js';

interface Floor {
  readonly seq: number;
  /** When every older record has ended, too, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * The numbers of signed records that are no longer held. A newer record may well end before an older one does, and whoever kept the
 * older one could bring it back.
 */
export class SequenceFloors {
  readonly #floors = new Map<string, Floor>();

  /** The number below or at which records are old. */
  get(name: string): number | undefined {
    return this.#floors.get(name)?.seq;
  }

  /** A record with this number has gone. */
  raise(name: string, seq: number, until: number): void {
    const before = this.#floors.get(name);
    if (before !== undefined && before.seq > seq) return;
    this.#floors.delete(name);
    this.#floors.set(name, { seq, until });
    if (this.#floors.size > SEQUENCE_FLOORS_MAX) this.#floors.delete(this.#floors.keys().next().value!);
  }

  /** Forgets those that are not needed any more. */
  prune(now: number): void {
    for (const [name, { until }] of this.#floors) if (until <= now) this.#floors.delete(name);
  }
}
