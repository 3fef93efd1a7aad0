import type { Draw } from './draw';

/** Hears of what happened, in words. */
export type Saw = (feature: string) => void;

/** Something that inputs are tried on. */
export interface Target {
  readonly name: string;
  /** How many inputs make a batch at most: coverage is looked at after each, so fewer where an input takes longer. */
  readonly batch: number;
  /** Bytes that belong together: inputs are made shorter by so many at first. */
  readonly unit: number;
  /** What the corpus begins with. */
  seeds(): Uint8Array[];
  /** An input made of another one; `other` is one more that was worth keeping. */
  mutate(input: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array;
  /**
   * Tries an input. The same input does the same, always.
   *
   * @param saw An input that makes something happen for the first time is worth keeping.
   * @throws Violation, or whatever the product throws, where a promise is broken
   */
  run(input: Uint8Array, saw: Saw): void;
}

/** A promise that was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Fails unless something holds. */
export function promise(holds: boolean, otherwise: () => string): asserts holds {
  if (!holds) throw new Violation(otherwise());
}
