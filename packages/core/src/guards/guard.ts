import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ANYTHING, type Look } from './looks.js';
import { REFUSED } from './refused.js';
import { Run, type Check } from './run.js';

/**
 * Checks that a value is of a type, as it arrives from the network. A Standard Schema: what takes a validator takes it.
 * Guards are made by the functions of this module alone, and never run code of the value that they look at.
 */
export interface Guard<T = unknown> extends StandardSchemaV1<unknown, T> {
  /** What other guards need of it. */
  readonly '~guard': GuardParts;
}

/**
 * The inner side of a guard: not for use outside of this module. All but `check` are asked once, when a guard is first used,
 * for a type may contain itself.
 */
export interface GuardParts {
  readonly check: Check;
  /** What it expects, for messages. */
  readonly expected: () => string;
  /** What it may take, at a glance. */
  readonly look: () => Look;
  /** The values that it takes as they are, if it takes only those that it can name. */
  readonly units: () => ReadonlySet<unknown> | undefined;
  /** What the places inside may take, for objects and arrays: by them the members of a union are told apart. */
  readonly fields: () => Fields | undefined;
  /** The members of a union. */
  readonly members: () => readonly GuardParts[] | undefined;
  /** The guards of what is inside. */
  readonly inside: () => readonly GuardParts[];
  /** Whether it may give another value than came, not counting what is inside: a bigint for a number. */
  readonly converts: () => boolean;
}

/** What an object or an array has inside: properties by name, elements by index, and the `length` of an array. */
export interface Fields {
  /** The kind of value that has them. */
  readonly kind: number;
  /** Those that this type says something of. */
  readonly names: readonly string[];
  /** What the guard may take there, if it is one of {@link names}; otherwise anything may be there. */
  look(name: string): Look;
}

/** What a guard is made of; the defaults are those of a type without parts. */
export interface GuardSource extends Partial<Omit<GuardParts, 'check' | 'expected'>> {
  readonly check: Check;
  readonly expected: string | (() => string);
}

const NOTHING = (): undefined => undefined;

/** Makes a guard. @param label What the value is called in messages. */
export function makeGuard<T>(source: GuardSource, label = 'value'): Guard<T> {
  const { check, expected } = source;
  const parts: GuardParts = {
    look: () => ANYTHING,
    units: NOTHING,
    fields: NOTHING,
    members: NOTHING,
    inside: () => [],
    converts: () => false,
    ...source,
    expected: typeof expected === 'string' ? () => expected : expected,
  };
  return {
    '~guard': parts,
    '~standard': {
      version: 1,
      vendor: 'rpcudp',
      validate: (value): StandardSchemaV1.Result<T> => {
        let run = new Run();
        let accepted = check(value, run);
        // What is nested without end may be inside itself, which only who remembers can tell.
        if (accepted === REFUSED && run.isTooDeep) accepted = check(value, (run = new Run({ remembers: true })));
        return accepted === REFUSED ? { issues: run.issues(label) } : { value: accepted as T };
      },
    },
  };
}

/** A guard whose messages speak of the result of a method. */
export function result<T>(guard: Guard<T>): Guard<T> {
  return makeGuard<T>(guard['~guard'], 'result');
}

/**
 * A guard whose type is stated where it is used, not worked out from its parts: for types that contain themselves, or that
 * have marks which only the compiler sees. Nobody checks that it is of that type; what is generated knows.
 */
export function typed<T>(guard: Guard): Guard<T> {
  return guard as Guard<T>;
}

/** Whether a guard converts, at the top or anywhere inside. */
export function convertsWithin(parts: GuardParts, seen = new Set<GuardParts['check']>()): boolean {
  if (seen.has(parts.check)) return false;
  seen.add(parts.check);
  return parts.converts() || parts.inside().some((part) => convertsWithin(part, seen));
}
