/** One validation: what it has found wrong, how much it has done, and what it remembers. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { GUARD_ISSUES_MAX, GUARD_REMEMBER_AFTER_STEPS, GUARD_WASTED_STEPS_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import { Memory } from './memory.js';
import { REFUSED } from './refused.js';
import { describe, placeText } from './words.js';

/** Gives the value that is passed on, or `REFUSED` after having told the run why. */
export type Check = (value: unknown, run: Run) => unknown;

interface Found {
  /** From the inside out. */
  readonly path: (string | number)[];
  readonly reason: string;
}

/** One validation, as guards see it: not for use outside of this module. */
export class Run {
  /** Whether only what is of its type already is taken, and nothing is converted: how a union finds what was meant. */
  exact = false;
  /** Whether nesting was too deep, be it that a value contains itself. */
  isTooDeep = false;
  /** Whether telling the members of unions apart has taken more steps than are granted. */
  isExhausted = false;
  readonly #found: Found[] = [];
  #depth = 0;
  #steps = 0;
  /** How many unions are trying their members: what those refuse is no issue yet. */
  #trials = 0;
  /** Steps of trials that came to nothing. */
  #wasted = 0;
  #memory: Memory | undefined;
  /** Whether a union that nothing fits says what the nearest of its members says. */
  readonly tellsNearest: boolean;
  #remembers: boolean;

  /** @param options `remembers`: whether each object is looked at once by each guard, from the beginning. */
  constructor({ remembers = false, tellsNearest = true }: { remembers?: boolean; tellsNearest?: boolean } = {}) {
    this.#remembers = remembers;
    this.tellsNearest = tellsNearest;
  }

  /** Most validations remember nothing. */
  get #remembered(): Memory {
    return (this.#memory ??= new Memory());
  }

  /** Whether nothing further that is wrong would be told. */
  get isDone(): boolean {
    return this.#trials > 0 || this.isExhausted || this.#found.length >= GUARD_ISSUES_MAX;
  }

  /** Issues so far. */
  get count(): number {
    return this.#found.length;
  }

  /** The first issue, without a label. */
  get first(): string | undefined {
    const [found] = this.issues('');
    return found?.message.replace(/^: /, '');
  }

  /** What was wrong. @param label What the value is called in messages. */
  issues(label: string): StandardSchemaV1.Issue[] {
    if (this.isExhausted) return [{ message: `${label}: ${EXHAUSTED}`, path: [] }];
    return this.#found.map(({ path, reason }) => {
      const fromOutside = [...path].reverse();
      return { message: `${label}${placeText(fromOutside)}: ${reason}`, path: fromOutside };
    });
  }

  /** Tells what was expected of a value. */
  refuse(expected: string | (() => string), value: unknown): typeof REFUSED {
    return this.refuseFor(
      () => `expected ${typeof expected === 'string' ? expected : expected()}, got ${describe(value)}`,
    );
  }

  /** Tells why a value is refused. The words are made only if somebody gets them. */
  refuseFor(reason: () => string): typeof REFUSED {
    if (!this.isDone) this.#found.push({ path: [], reason: reason() });
    return REFUSED;
  }

  /** Tells where that is of which was told since `count` was `before`. @returns Whether that is enough. */
  locate(key: string | number, before: number): boolean {
    for (let index = before; index < this.#found.length; index += 1) this.#found[index]!.path.push(key);
    return this.isDone;
  }

  /** Counts what a look at a value takes. */
  spend(steps: number): void {
    this.#steps += steps;
  }

  /** Looks inside an array, an object or a map. @param who Stands for the guard. */
  inside<V extends object>(who: object, value: V, look: (value: V, run: Run) => unknown): unknown {
    if (this.#depth >= VALUE_DEPTH_MAX) {
      this.isTooDeep = true;
      return this.refuseFor(() => `expected at most ${VALUE_DEPTH_MAX} levels of nesting`);
    }
    // What is found again and again may be one object that is many times inside another.
    this.#remembers ||= this.#steps > GUARD_REMEMBER_AFTER_STEPS;
    if (this.#remembers) return this.#remembered.look(who, value, this, () => this.#descend(value, look));
    return this.#descend(value, look);
  }

  #descend<V>(value: V, look: (value: V, run: Run) => unknown): unknown {
    this.#depth += 1;
    const accepted = look(value, this);
    this.#depth -= 1;
    return accepted;
  }

  /** Whether a check accepts a value, without telling why not. @param exact Without converting anything. */
  try(check: Check, value: unknown, exact = this.exact): unknown {
    const [steps, wasted, wasExact] = [this.#steps, this.#wasted, this.exact];
    this.exact = exact;
    this.#trials += 1;
    const accepted = check(value, this);
    this.#trials -= 1;
    this.exact = wasExact;
    if (accepted === REFUSED) {
      // What trials within this one have wasted is counted already.
      this.#wasted = Math.max(this.#wasted, wasted + this.#steps - steps + 1);
      this.isExhausted ||= this.#wasted > GUARD_WASTED_STEPS_MAX;
    }
    return accepted;
  }

  /**
   * What a union makes of a value, found out once. In a recursive type each member may look at the same values inside, so
   * without this a sender could make the work double with every level of nesting.
   */
  once(who: object, value: unknown, find: () => unknown): unknown {
    if (this.#trials === 0 || typeof value !== 'object' || value === null) return find();
    return this.#remembered.look(who, value, this, find);
  }
}

const EXHAUSTED =
  `expected a value of which ${GUARD_WASTED_STEPS_MAX} steps tell which members of unions it is made of. ` +
  'Give the members a property whose literal tells them apart, or send less at once';
