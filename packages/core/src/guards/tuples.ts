/** The shape of a tuple or of a list of arguments: which guard stands at which place. */
import type { Element } from './elements.js';
import type { Fields, GuardParts } from './guard.js';
import { Kind, lookOf, mayTake, mergeLooks, type Look } from './looks.js';
import { REFUSED } from './refused.js';
import type { Run } from './run.js';

interface Slot {
  readonly parts: GuardParts;
  readonly optional: boolean;
}

/** The places before any number of elements, those, and the places after them. */
export class TupleShape {
  readonly #before: readonly Slot[];
  readonly #rest: Slot | undefined;
  readonly #after: readonly Slot[];
  readonly #areArguments: boolean;
  #leastKnown: number | undefined;

  /** @param areArguments Whether `undefined` at the end is left out on the way, so that it may be missing. */
  constructor(elements: readonly Element[], areArguments: boolean) {
    this.#areArguments = areArguments;
    const at = elements.findIndex((element) => 'kind' in element && element.kind === 'rest');
    const slots = elements.map(slotOf);
    this.#before = at < 0 ? slots : slots.slice(0, at);
    this.#rest = slots[at];
    this.#after = at < 0 ? [] : slots.slice(at + 1);
  }

  get parts(): readonly GuardParts[] {
    const rest = this.#rest === undefined ? [] : [this.#rest];
    return [...this.#before, ...rest, ...this.#after].map(({ parts }) => parts);
  }

  get #places(): number {
    return this.#before.length + this.#after.length;
  }

  get #least(): number {
    const isNeeded = ({ optional, parts }: Slot): boolean =>
      !optional && !(this.#areArguments && mayTake(parts.look(), undefined));
    this.#leastKnown ??=
      this.#rest !== undefined && this.#after.length > 0 ? this.#places : this.#before.findLastIndex(isNeeded) + 1;
    return this.#leastKnown;
  }

  /** How long it is, and what is at its first places, which are in the same place however long it is. */
  fields(): Fields {
    const names = this.#before.map((_slot, index) => String(index));
    return {
      kind: Kind.array,
      names: ['length', ...names],
      look: (name) => (name === 'length' ? this.#lengths() : orAbsent(lookOfSlot(this.#before[Number(name)]!))),
    };
  }

  #lengths(): Look {
    if (this.#rest !== undefined) return lookOf(Kind.number);
    const lengths = Array.from({ length: this.#places - this.#least + 1 }, (_, index) => this.#least + index);
    return { kinds: 0, values: new Set(lengths) };
  }

  lengthText(): string {
    const least = this.#least;
    if (this.#rest !== undefined) return `at least ${elementCount(least)}`;
    return least === this.#places ? elementCount(least) : `${least} to ${elementCount(this.#places)}`;
  }

  check(value: readonly unknown[], run: Run): unknown {
    const { length } = value;
    if (!this.#mayHave(length)) return run.refuseFor(() => `expected ${this.lengthText()}, got ${length}`);
    const total = Math.max(length, this.#places);
    let copy: unknown[] | undefined;
    let refused = false;
    for (let index = 0; index < total; index += 1) {
      const before = run.count;
      const result = checkSlot(this.#slotAt(index, total), value[index], run);
      if (result === REFUSED) {
        refused = true;
        if (run.locate(index, before)) break;
        // A handler that counts its arguments counts those that came.
      } else if (index >= length) continue;
      else if (copy !== undefined) copy.push(result);
      else if (!Object.is(result, value[index])) copy = copyWith(value, index, result);
    }
    run.spend(total + 1);
    return refused ? REFUSED : (copy ?? value);
  }

  /** Which of too few arguments is missing is told by its own guard. */
  #mayHave(length: number): boolean {
    const isEnough = this.#areArguments || length >= this.#least;
    return isEnough && (this.#rest !== undefined || length <= this.#places);
  }

  #slotAt(index: number, total: number): Slot {
    const fromEnd = index - (total - this.#after.length);
    return this.#before[index] ?? this.#after[fromEnd] ?? this.#rest!;
  }
}

function checkSlot({ parts, optional }: Slot, element: unknown, run: Run): unknown {
  if (!optional) return parts.check(element, run);
  if (element === undefined) return undefined;
  // Null may be a value of the type, and otherwise is what `undefined` before another element arrives as.
  if (element === null && !run.exact && !mayTake(parts.look(), null)) return undefined;
  return parts.check(element, run);
}

function lookOfSlot({ parts, optional }: Slot): Look {
  return optional ? mergeLooks([parts.look(), lookOf(Kind.undefined | Kind.null)]) : parts.look();
}

/** What a place may hold that may be missing. */
export function orAbsent(look: Look): Look {
  return mergeLooks([look, lookOf(Kind.undefined)]);
}

function slotOf(element: Element): Slot {
  if (!('kind' in element)) return { parts: element['~guard'], optional: false };
  return { parts: element.guard['~guard'], optional: element.kind === 'optional' };
}

function elementCount(count: number): string {
  return count === 1 ? '1 element' : `${count} elements`;
}

/** The elements before one, and what has become of it. */
export function copyWith(value: readonly unknown[], index: number, result: unknown): unknown[] {
  const copy: unknown[] = [];
  for (let at = 0; at < index; at += 1) copy.push(value[at]);
  copy.push(result);
  return copy;
}
