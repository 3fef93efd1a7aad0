import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Run, REFUSED, type Check } from './run.js';

/**
 * Checks that a value is of a type, as it arrives from the network. A Standard Schema: what takes a validator takes it.
 * Guards are made by the functions of this module alone, and never run code of the value that they look at.
 */
export interface Guard<T = unknown> extends StandardSchemaV1<unknown, T> {
  /** What other guards need of it. */
  readonly '~guard': GuardParts;
}

/** The inner side of a guard: not for use outside of this module. */
export interface GuardParts {
  readonly check: Check;
  /** What it expects, for messages. */
  readonly expected: () => string;
  /** A quick look: false if the value is certainly refused. Decides which member of a union has to explain itself. */
  readonly couldBe: (value: unknown) => boolean;
  /**
   * Whether it may give another value than came, at the top: a bigint for a number. In a union such members are asked last,
   * so that what is of a member's type already stays what it is.
   */
  readonly converts: boolean;
  /** Whether a look tells everything: true for literals, by which the objects of a union are told apart. */
  readonly isUnit: boolean;
}

/** What a guard is made of; the defaults are those of a type without parts. */
export interface GuardSource {
  readonly check: Check;
  readonly expected: string | (() => string);
  readonly couldBe?: (value: unknown) => boolean;
  readonly converts?: boolean;
  readonly isUnit?: boolean;
}

/** Makes a guard. @param label What the value is called in messages. */
export function makeGuard<T>(source: GuardSource, label = 'value'): Guard<T> {
  const { check, expected, converts = false, isUnit = false } = source;
  // What is no container is decided by its check, and tells nobody about it.
  const couldBe = source.couldBe ?? ((value): boolean => check(value, new Run('')) !== REFUSED);
  return {
    '~guard': { check, expected: typeof expected === 'string' ? () => expected : expected, couldBe, converts, isUnit },
    '~standard': {
      version: 1,
      vendor: 'rpcudp',
      validate: (value): StandardSchemaV1.Result<T> => {
        const run = new Run(label);
        const accepted = check(value, run);
        return accepted === REFUSED ? { issues: run.issues } : { value: accepted as T };
      },
    },
  };
}

/** A guard whose messages speak of the result of a method. */
export function result<T>(guard: Guard<T>): Guard<T> {
  return makeGuard<T>(guard['~guard'], 'result');
}
