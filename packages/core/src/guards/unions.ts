/** Guards that leave the work to others. */
import { makeGuard, type Guard, type GuardSource } from './guard.js';
import { REFUSED, type Run } from './run.js';
import { alternatives } from './words.js';

/** The type of a union, from the guards of its members. */
export type UnionOf<M extends readonly Guard[]> = M[number] extends Guard<infer T> ? T : never;

/**
 * A guard of a union: of what one of its members accepts. The first that does decides what is given, but those that convert
 * what came are asked last: a number stays one for `number | bigint`.
 */
export function union<const M extends readonly Guard[]>(members: M): Guard<UnionOf<M>> {
  return makeGuard<UnionOf<M>>(unionSource(members));
}

/** A guard of the arguments of an overloaded method: of those that one of its signatures takes. */
export function overloads<const M extends readonly Guard[]>(signatures: M): Guard<UnionOf<M>> {
  return makeGuard<UnionOf<M>>(unionSource(signatures), 'args');
}

/** A guard that is looked up when it is used: how a type contains itself. */
export function lazy<T>(get: () => Guard<T>): Guard<T> {
  const parts = (): Guard['~guard'] => get()['~guard'];
  return makeGuard<T>({
    check: (value, run) => parts().check(value, run),
    expected: () => parts().expected(),
    couldBe: (value) => parts().couldBe(value),
  });
}

function unionSource(members: readonly Guard[]): GuardSource {
  const parts = members.map((member) => member['~guard']);
  const inOrder = [...parts.filter(({ converts }) => !converts), ...parts.filter(({ converts }) => converts)];
  const expected = (): string => alternatives(parts.map((member) => member.expected()));
  const find = (value: unknown, run: Run): unknown => {
    const candidates = inOrder.filter(({ couldBe }) => couldBe(value));
    // Only one can be meant, so what is wrong inside is worth telling.
    if (candidates.length === 1) return candidates[0]!.check(value, run);
    for (const { check } of candidates) {
      const accepted = run.try(check, value);
      if (accepted !== REFUSED) return accepted;
    }
    return run.refuse(expected(), value);
  };
  return {
    expected,
    couldBe: (value) => inOrder.some((member) => member.couldBe(value)),
    converts: parts.some(({ converts }) => converts),
    isUnit: parts.every(({ isUnit }) => isUnit),
    check: (value, run) => run.once(parts, value, () => find(value, run)),
  };
}
