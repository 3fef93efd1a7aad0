/** The members of a union found by the properties that only they need: `{ text: string } | { image: Image }`. */
import type { GuardParts } from './guard.js';
import { Kind, mayTake } from './looks.js';

/** Tells members apart by what is there at all. */
export class Presence {
  readonly #members: readonly GuardParts[];
  /** Members by a property that they need, the rarest of theirs; by their index. */
  readonly #byName = new Map<string, number[]>();
  /** Members that need none. */
  readonly #others: number[] = [];

  constructor(members: readonly GuardParts[]) {
    this.#members = members;
    const needed = members.map(neededBy);
    const counts = new Map<string, number>();
    for (const name of needed.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
    needed.forEach((names, index) => {
      const rarest = [...names].sort((first, second) => counts.get(first)! - counts.get(second)!)[0];
      if (rarest === undefined) this.#others.push(index);
      else this.#byName.set(rarest, [...(this.#byName.get(rarest) ?? []), index]);
    });
  }

  /** The members that could be meant by an object, in the union's order. */
  present(value: object): readonly GuardParts[] {
    const indexes = [...this.#others];
    const names = Object.keys(value);
    if (names.length < this.#byName.size) for (const name of names) indexes.push(...(this.#byName.get(name) ?? []));
    else for (const [name, found] of this.#byName) if (Object.hasOwn(value, name)) indexes.push(...found);
    return indexes.sort((first, second) => first - second).map((index) => this.#members[index]!);
  }
}

function neededBy(member: GuardParts): readonly string[] {
  const fields = member.fields();
  if (fields?.kind !== Kind.object) return [];
  return fields.names.filter((name) => !mayTake(fields.look(name), undefined));
}
