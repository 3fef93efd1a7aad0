import { defineService } from '../../src/index';
import type { SimulatedClock } from '../../src/testing';

/** A method for each delivery; all echo what they get, followed by as many more bytes as they are asked for. */
export interface LedgerService {
  once(id: number, payload: Uint8Array, moreBytes: number): Uint8Array;
  again(id: number, payload: Uint8Array, moreBytes: number): Uint8Array;
  attempt(id: number, payload: Uint8Array, moreBytes: number): Uint8Array;
  note(id: number, payload: Uint8Array, moreBytes: number): void;
  later(id: number, payload: Uint8Array, moreBytes: number): Promise<Uint8Array>;
}

export const LedgerContract = defineService<LedgerService>('Ledger', {
  once: {},
  again: { delivery: 'idempotent' },
  attempt: { delivery: 'best-effort' },
  note: { oneWay: true },
  later: {},
});

/** Counts what ran, and survives every restart of those who serve it. */
export class Ledger implements LedgerService {
  readonly #runs = new Map<number, number>();
  readonly #clock: SimulatedClock;
  readonly #complain: (problem: string) => void;

  constructor(clock: SimulatedClock, complain: (problem: string) => void) {
    this.#clock = clock;
    this.#complain = complain;
  }

  /** How often the call with this id has run. */
  runs(id: number): number {
    return this.#runs.get(id) ?? 0;
  }

  once(id: number, payload: Uint8Array, moreBytes: number): Uint8Array {
    this.#runOnce(id);
    return echo(payload, moreBytes);
  }

  again(id: number, payload: Uint8Array, moreBytes: number): Uint8Array {
    this.#runs.set(id, this.runs(id) + 1);
    return echo(payload, moreBytes);
  }

  attempt(id: number, payload: Uint8Array, moreBytes: number): Uint8Array {
    return this.once(id, payload, moreBytes);
  }

  note(id: number): void {
    this.#runOnce(id);
  }

  async later(id: number, payload: Uint8Array, moreBytes: number): Promise<Uint8Array> {
    this.#runOnce(id);
    await new Promise<void>((resolve) => this.#clock.setTimer((id * 37) % 100, resolve));
    return echo(payload, moreBytes);
  }

  #runOnce(id: number): void {
    this.#runs.set(id, this.runs(id) + 1);
    if (this.runs(id) > 1) this.#complain(`call ${id} ran ${this.runs(id)} times`);
  }
}

function echo(payload: Uint8Array, moreBytes: number): Uint8Array {
  if (moreBytes === 0) return payload;
  const longer = new Uint8Array(payload.length + moreBytes);
  longer.set(payload);
  return longer;
}
