/** How the members of a union that a value could be of are found: by tables, so that it takes no longer the more there are. */
import type { GuardParts } from './guard.js';
import { convertsWithin } from './guard.js';
import { ANYTHING, Kind, kindOf, KINDS, type Look } from './looks.js';
import { ownValue } from './properties.js';

/** Fields by which members are told apart, one after the other. More would make tables of tables without end. */
const FIELDS_IN_TURN_MAX = 4;
/** Fields that are compared to find the one that tells the members apart best. */
const FIELDS_COMPARED_MAX = 8;
/** Share of the members that a field may leave on average, to be worth a look. */
const LEFT_MAX = 0.8;

/** Members of a union that a value could be of, in the union's order. */
export class Selection {
  readonly members: readonly GuardParts[];
  /** The kind of value that it is for, or 0. */
  readonly #kind: number;
  /** Fields that have been looked at on the way here. */
  readonly #used: readonly string[];
  #next: Discriminant | 'none' | undefined;
  #converts: boolean | undefined;

  constructor(members: readonly GuardParts[], kind: number, used: readonly string[]) {
    this.members = members;
    this.#kind = kind;
    this.#used = used;
  }

  /** Whether one of the members may give something else than came. */
  get converts(): boolean {
    this.#converts ??= this.members.some((member) => convertsWithin(member));
    return this.#converts;
  }

  /** The field that tells these members apart, if there is one. */
  get discriminant(): Discriminant | undefined {
    this.#next ??= discriminantOf(this.members, this.#kind, this.#used) ?? 'none';
    return this.#next === 'none' ? undefined : this.#next;
  }

  /** Those that are left when all the fields of a value have been looked at that tell members apart. */
  narrowed(value: unknown): Selection {
    const { discriminant } = this;
    return discriminant === undefined ? this : discriminant.select(value).narrowed(value);
  }
}

/** What members are told apart by: a field of theirs, or the value itself. */
export class Discriminant {
  /** Undefined for the value itself. */
  readonly field: string | undefined;
  readonly #members: readonly GuardParts[];
  readonly #looks: readonly Look[];
  readonly #used: readonly string[];
  /** Values that a look names. */
  readonly #values: ReadonlySet<unknown>;
  readonly #byValue = new Map<unknown, Selection>();
  readonly #byKind = new Map<number, Selection>();

  /** @param looks What each member may take there. @param used Fields that have been looked at on the way here. */
  constructor(members: readonly GuardParts[], looks: readonly Look[], field?: string, used: readonly string[] = []) {
    this.field = field;
    this.#members = members;
    this.#looks = looks;
    this.#used = used;
    this.#values = new Set(looks.flatMap(({ values }) => [...values]));
  }

  /** The members that could be meant by a value. */
  select(value: unknown): Selection {
    const found = this.field === undefined ? value : fieldOf(value as object, this.field);
    const kind = kindOf(found);
    // Only what the type names is a key, so a sender cannot make the tables grow.
    const [table, key]: [Map<unknown, Selection>, unknown] = this.#values.has(found)
      ? [this.#byValue, found]
      : [this.#byKind, kind];
    let selection = table.get(key);
    if (selection === undefined) table.set(key, (selection = this.#selectionFor(found, kind, value)));
    return selection;
  }

  #selectionFor(found: unknown, kind: number, value: unknown): Selection {
    const members = this.#members.filter((_member, index) => {
      const { kinds, values } = this.#looks[index]!;
      return (kinds & kind) !== 0 || values.has(found);
    });
    // What other values lead to as well is kept once.
    const known = [...this.#byValue.values(), ...this.#byKind.values()].find((other) => isSame(other.members, members));
    return known ?? new Selection(members, kindOf(value), this.#used);
  }
}

function isSame(some: readonly GuardParts[], others: readonly GuardParts[]): boolean {
  return some.length === others.length && some.every((member, index) => member === others[index]);
}

function fieldOf(value: object, field: string): unknown {
  if (!Array.isArray(value)) return ownValue(value, field);
  return field === 'length' ? value.length : (value as readonly unknown[])[Number(field)];
}

/** The field that leaves the fewest members on average. */
function discriminantOf(
  members: readonly GuardParts[],
  kind: number,
  used: readonly string[],
): Discriminant | undefined {
  if (members.length < 2 || used.length >= FIELDS_IN_TURN_MAX || (kind !== Kind.object && kind !== Kind.array))
    return undefined;
  let best: { readonly field: string; readonly looks: readonly Look[] } | undefined;
  let least = members.length * LEFT_MAX;
  for (const field of fieldsOf(members, kind, used)) {
    const looks = members.map((member) => lookAt(member, kind, field));
    const left = leftOnAverage(looks);
    if (left > least || (left === least && best !== undefined)) continue;
    least = left;
    best = { field, looks };
  }
  return best && new Discriminant(members, best.looks, best.field, [...used, best.field]);
}

/** The fields that most members say something of, in the order in which they say it. */
function fieldsOf(members: readonly GuardParts[], kind: number, used: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const member of members) {
    const fields = member.fields();
    for (const name of fields?.kind === kind ? fields.names : []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .filter(([name]) => !used.includes(name))
    .sort(([, first], [, second]) => second - first)
    .slice(0, FIELDS_COMPARED_MAX)
    .map(([name]) => name);
}

function lookAt(member: GuardParts, kind: number, field: string): Look {
  const fields = member.fields();
  return fields?.kind === kind && fields.names.includes(field) ? fields.look(field) : ANYTHING;
}

/** How many members are left for what may be in a field, on average over the values and kinds that some of them take. */
function leftOnAverage(looks: readonly Look[]): number {
  const kinds = KINDS.filter((kind) => looks.some((look) => (look.kinds & kind) !== 0));
  const values = new Set(looks.flatMap((look) => [...look.values]));
  let left = 0;
  for (const kind of kinds) left += looks.filter((look) => (look.kinds & kind) !== 0).length;
  for (const value of values) {
    const kind = kindOf(value);
    left += looks.filter((look) => (look.kinds & kind) !== 0 || look.values.has(value)).length;
  }
  return left / Math.max(1, kinds.length + values.size);
}
