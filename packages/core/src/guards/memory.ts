/** What guards have made of objects that they may meet again. */
import { REFUSED } from './refused.js';

/** What it needs to know of the validation that it is part of. */
interface Looking {
  readonly exact: boolean;
  readonly isDone: boolean;
  refuseFor(reason: () => string): unknown;
}

/** Stands for what is made of an object while it is looked at: whoever meets it goes round in a circle. */
const OPEN = Symbol('open');

/** Remembers by guard and object, for looks that convert and those that do not. */
export class Memory {
  readonly #exact = new Map<object, Map<object, unknown>>();
  readonly #converted = new Map<object, Map<object, unknown>>();
  /** Objects that contain themselves. */
  readonly #circular = new Set<object>();

  /** What is known of an object, or what is found now. An object inside itself is taken for what it is. */
  look(who: object, value: object, run: Looking, find: () => unknown): unknown {
    const known = this.#of(who, run.exact);
    const found = known.get(value);
    if (found === OPEN) {
      this.#circular.add(value);
      return value;
    }
    // Somebody has to be told again why, as long as anybody is told anything.
    if (known.has(value) && (found !== REFUSED || run.isDone)) return found;
    known.set(value, OPEN);
    const accepted = find();
    known.set(value, accepted);
    return this.#circular.has(value) ? this.#closeCircle(value, accepted, run) : accepted;
  }

  /** What was inside of a circle has been taken in the belief that it would stay as it came. */
  #closeCircle(value: object, accepted: unknown, run: Looking): unknown {
    this.#circular.delete(value);
    if (accepted === value) return accepted;
    this.#exact.clear();
    this.#converted.clear();
    if (accepted === REFUSED) return REFUSED;
    return run.refuseFor(() => 'expected no value inside itself where something has to be converted');
  }

  #of(who: object, exact: boolean): Map<object, unknown> {
    const all = exact ? this.#exact : this.#converted;
    let known = all.get(who);
    if (known === undefined) all.set(who, (known = new Map<object, unknown>()));
    return known;
  }
}
