/** What is said of a value that is of no member of a union. */
import type { GuardParts } from './guard.js';
import { kindOf } from './looks.js';
import { ownValue } from './properties.js';
import { Run } from './run.js';
import type { Discriminant } from './selections.js';
import { alternatives, describe, describeValue } from './words.js';

/** Members whose own complaints are compared, and properties that name one. */
const MEMBERS_COMPARED_MAX = 4;

/** For a value that no member could be meant by: the members that were left, and what they were told apart by. */
export function noCandidate(members: readonly GuardParts[], root: Discriminant, value: unknown): string {
  let left = members;
  let last = root;
  for (let found = root.select(value); found.members.length > 0; found = last.select(value)) {
    left = found.members;
    if (found.discriminant === undefined) break;
    last = found.discriminant;
  }
  return `expected ${alternatives(left.map(nameOf))}, got ${seen(value, last.field, left)}`;
}

/** For a value that several members could be meant by: those, and what the nearest of them says. */
export function noneFits(candidates: readonly GuardParts[], value: unknown, run: Run): string {
  const words = `expected ${alternatives(candidates.map(nameOf))}, got ${describe(value)}`;
  if (!run.tellsNearest) return words;
  const complaints = candidates.slice(0, MEMBERS_COMPARED_MAX).flatMap((member) => {
    const trial = new Run({ tellsNearest: false });
    member.check(value, trial);
    return trial.first === undefined ? [] : [{ member, count: trial.count, text: trial.first }];
  });
  const nearest = complaints.sort((first, second) => first.count - second.count)[0];
  return nearest === undefined ? words : `${words}; as ${nameOf(nearest.member)}: ${nearest.text}`;
}

/** A member in a list of members: objects that nothing else tells apart go by their properties. */
function nameOf(member: GuardParts): string {
  const expected = member.expected();
  const names = member.fields()?.names ?? [];
  if (expected !== 'an object' || names.length === 0) return expected;
  const shown = names.slice(0, MEMBERS_COMPARED_MAX);
  return `an object with ${shown.join(', ')}${shown.length < names.length ? ', …' : ''}`;
}

/** A value, with what members were told apart by. */
function seen(value: unknown, field: string | undefined, members: readonly GuardParts[]): string {
  if (field === undefined) {
    // Which one it is tells something only if others of its kind would have been taken.
    const isNear = members.some((member) => [...(member.units() ?? [])].some((unit) => kindOf(unit) === kindOf(value)));
    return isNear ? describeValue(value) : describe(value);
  }
  if (!Array.isArray(value)) {
    const isThere = Object.hasOwn(value as object, field);
    const what = describe(value);
    return isThere
      ? `${what} with ${field} ${describeValue(ownValue(value as object, field))}`
      : `${what} without ${field}`;
  }
  if (field === 'length') return `an array of ${value.length} ${value.length === 1 ? 'element' : 'elements'}`;
  return `an array with ${describeValue((value as readonly unknown[])[Number(field)])} at ${field}`;
}
