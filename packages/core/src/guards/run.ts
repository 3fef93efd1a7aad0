/** One validation: where it is, what it has found wrong, and what it remembers. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { GUARD_ISSUES_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import { describe, placeText } from './words.js';

/** What a guard gives for a value that it refuses. */
export const REFUSED: unique symbol = Symbol('refused');

/** Gives the value that is passed on, or `REFUSED` after having told the run why. */
export type Check = (value: unknown, run: Run) => unknown;

/** One validation, as guards see it: not for use outside of this module. */
export class Run {
  readonly issues: StandardSchemaV1.Issue[] = [];
  readonly #label: string;
  readonly #path: (string | number)[] = [];
  #depth = 0;
  /** How many unions are trying their members: what those refuse is no issue yet. */
  #trials = 0;
  /** By union, then by value. */
  #tried: Map<object, Map<object, unknown>> | undefined;

  /** @param label What the value is called in messages. */
  constructor(label: string) {
    this.#label = label;
  }

  /** Whether nothing further that is wrong would be told. */
  get isDone(): boolean {
    return this.#trials > 0 || this.issues.length >= GUARD_ISSUES_MAX;
  }

  /** Tells what was expected of a value. */
  refuse(expected: string, value: unknown): typeof REFUSED {
    return this.refuseFor(() => `expected ${expected}, got ${describe(value)}`);
  }

  /** Tells why a value is refused. The words are made only if somebody gets them. */
  refuseFor(reason: () => string): typeof REFUSED {
    if (!this.isDone) {
      const path = [...this.#path];
      this.issues.push({ message: `${this.#label}${placeText(path)}: ${reason()}`, path });
    }
    return REFUSED;
  }

  /** Checks what is at a key of the value at hand. */
  at(key: string | number, check: Check, value: unknown): unknown {
    this.#path.push(key);
    const accepted = check(value, this);
    this.#path.pop();
    return accepted;
  }

  /** Checks what is inside an array, an object or a map. */
  inside(check: () => unknown): unknown {
    if (this.#depth >= VALUE_DEPTH_MAX)
      return this.refuseFor(() => `expected at most ${VALUE_DEPTH_MAX} levels of nesting`);
    this.#depth += 1;
    const accepted = check();
    this.#depth -= 1;
    return accepted;
  }

  /** Whether a check accepts a value, without telling why not. */
  try(check: Check, value: unknown): unknown {
    this.#trials += 1;
    const accepted = check(value, this);
    this.#trials -= 1;
    return accepted;
  }

  /**
   * What a union makes of a value, found out once. In a recursive type each member may look at the same values inside, so
   * without this a sender could make the work double with every level of nesting.
   */
  once(union: object, value: unknown, find: () => unknown): unknown {
    if (this.#trials === 0 || typeof value !== 'object' || value === null) return find();
    this.#tried ??= new Map();
    const results = this.#tried.get(union) ?? new Map<object, unknown>();
    this.#tried.set(union, results);
    if (results.has(value)) return results.get(value);
    const found = find();
    results.set(value, found);
    return found;
  }
}
