import { ts } from 'ts-morph';
import { UNKNOWN, type Bound, type Literal, type StaticSource } from './bound.js';
import { step } from './follow.js';
import { literalOfType, readLiteral } from './literals.js';

/** More than any source takes that ends. */
const STEPS_MAX = 100;
/** Deeper than anybody nests what is worked out of other things. */
const NESTING_MAX = 50;

/** Reads values off the source that the compiler has parsed. */
export class ParsedSource implements StaticSource {
  readonly checker: ts.TypeChecker;
  #nesting = 0;

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  follow(bound: Bound): Bound {
    let at = bound;
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const next = this.#nested(() => step(at, this), undefined);
      if (next === undefined) return at;
      at = next;
    }
    return at;
  }

  literalOf(bound: Bound): Literal | typeof UNKNOWN {
    const value = this.#nested(() => readLiteral(this.follow(bound), this), UNKNOWN);
    // `size() as 2`
    const { node } = bound;
    return value === UNKNOWN && ts.isAsExpression(node)
      ? literalOfType(this.checker.getTypeAtLocation(node), this.checker)
      : value;
  }

  /** Functions that call themselves end here. */
  #nested<T>(read: () => T, otherwise: T): T {
    if (this.#nesting > NESTING_MAX) return otherwise;
    this.#nesting += 1;
    try {
      return read();
    } finally {
      this.#nesting -= 1;
    }
  }
}
