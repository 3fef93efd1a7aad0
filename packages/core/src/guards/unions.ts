/** Guards that leave the work to others. */
import { makeGuard, type Guard, type GuardParts, type GuardSource } from './guard.js';
import { mergeLooks } from './looks.js';
import { UnionPlan } from './union-plan.js';

/** The type of a union, from the guards of its members. */
export type UnionOf<M extends readonly Guard[]> = M[number] extends Guard<infer T> ? T : never;

/**
 * A guard of a union: of what one of its members accepts. The first that takes a value as it is decides what is given, and
 * if there is none, the first that does so by converting: a number stays one for `bigint | number`.
 *
 * Members are found by their literals and by what they need, so that it does not matter how many there are. Where several
 * are left, they are tried, with a limit on what that may cost in one validation.
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
  let known: GuardParts | undefined;
  const parts = (): GuardParts => (known ??= get()['~guard']);
  return makeGuard<T>({
    check: (value, run) => (known ?? parts()).check(value, run),
    expected: () => parts().expected(),
    look: () => parts().look(),
    units: () => parts().units(),
    fields: () => parts().fields(),
    members: () => parts().members() ?? [parts()],
    inside: () => [parts()],
  });
}

function unionSource(guards: readonly Guard[]): GuardSource {
  const direct = guards.map((guard) => guard['~guard']);
  let known: UnionPlan | undefined;
  const plan = (): UnionPlan => (known ??= new UnionPlan(direct));
  return {
    check: (value, run) => (known ?? plan()).check(value, run),
    expected: () => plan().expected,
    look: () => mergeLooks(plan().members.map((member) => member.look())),
    units: () => plan().allUnits,
    members: () => plan().members,
    inside: () => direct,
  };
}
