/** How a union works: which members could be meant, which one is, and what is said if none is. */
import type { GuardParts } from './guard.js';
import { Kind, kindOf } from './looks.js';
import { Presence } from './presence.js';
import { REFUSED } from './refused.js';
import type { Run } from './run.js';
import { Discriminant, type Selection } from './selections.js';
import { noCandidate, noneFits } from './union-words.js';
import { alternatives } from './words.js';

/** What a union is once it is used: its members, those of unions among them included, and the tables to find them by. */
export class UnionPlan {
  readonly members: readonly GuardParts[];
  /** All that it takes, if it takes only values that can be named. */
  readonly allUnits: ReadonlySet<unknown> | undefined;
  /** Values that a member takes as they are. */
  readonly #units: ReadonlySet<unknown>;
  readonly #root: Discriminant;
  readonly #presences = new Map<Selection, Presence>();

  constructor(direct: readonly GuardParts[]) {
    this.members = direct.flatMap((part) => part.members() ?? [part]);
    const units = this.members.map((member) => member.units());
    this.#units = new Set(units.flatMap((values) => [...(values ?? [])]));
    this.allUnits = units.every((values) => values !== undefined) ? this.#units : undefined;
    const looks = this.members.map((member) => member.look());
    this.#root = new Discriminant(this.members, looks);
  }

  get expected(): string {
    return alternatives(this.members.map((member) => member.expected()));
  }

  check(value: unknown, run: Run): unknown {
    if (this.#units.has(value)) return value;
    const selection = this.#root.select(value).narrowed(value);
    const candidates = this.#present(selection, value);
    // Only one can be meant, so what is wrong inside is worth telling.
    if (candidates.length === 1) return candidates[0]!.check(value, run);
    if (candidates.length === 0) return run.refuseFor(() => noCandidate(this.members, this.#root, value));
    return run.once(this, value, () => tryInTurn(candidates, selection.converts, value, run));
  }

  #present(selection: Selection, value: unknown): readonly GuardParts[] {
    const { members } = selection;
    if (members.length < 2 || kindOf(value) !== Kind.object) return members;
    let presence = this.#presences.get(selection);
    if (presence === undefined) this.#presences.set(selection, (presence = new Presence(members)));
    return presence.present(value as object);
  }
}

/** First those that take the value as it is, then those that convert it. */
function tryInTurn(candidates: readonly GuardParts[], converts: boolean, value: unknown, run: Run): unknown {
  for (const exact of run.exact || !converts ? [run.exact] : [true, false]) {
    for (const { check } of candidates) {
      const accepted = run.try(check, value, exact);
      if (accepted !== REFUSED) return accepted;
      if (run.isExhausted) return REFUSED;
    }
  }
  return run.refuseFor(() => noneFits(candidates, value, run));
}
