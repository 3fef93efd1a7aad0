/** The shape of an object: which guard stands under which name. */
import type { Optional } from './elements.js';
import type { Fields, Guard, GuardParts } from './guard.js';
import { Kind, mayTake, type Look } from './looks.js';
import { REFUSED } from './refused.js';
import type { Run } from './run.js';
import { takesText } from './texts.js';
import { orAbsent } from './tuples.js';
import { ACCESSOR, copyOf, ownValue, refuseAccessor, refuseName } from './properties.js';

/** The properties of an object, as {@link object} takes them. */
export type Properties = Readonly<Record<string, Guard | Optional>>;

/** The keys that an index signature speaks of: a guard takes those that follow a pattern. */
export type IndexKey = 'string' | 'number' | Guard<string>;

interface Slot {
  readonly name: string;
  readonly parts: GuardParts;
  readonly optional: boolean;
}

interface Index {
  readonly key: IndexKey;
  readonly value: Guard;
}

/** Names by which a prototype can be reached. Nobody checks what is under a key that no type speaks of. */
const REACHES_PROTOTYPE = new Set(['constructor', 'prototype']);

/** What an optional property gives that is there, but undefined: nothing. */
const LEFT_OUT = Symbol('left out');

export class ObjectShape {
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #indexes: readonly Index[];
  #required: readonly string[] | undefined;

  constructor(properties: Properties, indexes: readonly Index[]) {
    this.#slots = new Map(Object.entries(properties).map(([name, property]) => [name, slotOf(name, property)]));
    this.#indexes = indexes;
  }

  get parts(): readonly GuardParts[] {
    return [
      ...[...this.#slots.values()].map(({ parts }) => parts),
      ...this.#indexes.map(({ value }) => value['~guard']),
    ];
  }

  /** Names of properties that cannot be missing. */
  get required(): readonly string[] {
    this.#required ??= [...this.#slots.values()].filter(isNeeded).map(({ name }) => name);
    return this.#required;
  }

  get fields(): Fields {
    return {
      kind: Kind.object,
      names: [...this.#slots.keys()],
      look: (name) => lookOfSlot(this.#slots.get(name)!),
    };
  }

  /** By the properties that are literals, which tell the members of a union apart. */
  get expected(): string {
    const marks = [...this.#slots.values()].filter((slot) => isNeeded(slot) && slot.parts.units() !== undefined);
    if (marks.length === 0) return 'an object';
    return `an object with ${marks.map(({ name, parts }) => `${name} ${parts.expected()}`).join(', ')}`;
  }

  check(value: Readonly<Record<string, unknown>>, run: Run): unknown {
    // Of a member of a union that was not meant usually something is missing.
    return run.isDone && this.#lacksSome(value) ? REFUSED : this.#look(value, run);
  }

  #lacksSome(value: object): boolean {
    return !this.required.every((name) => Object.hasOwn(value, name));
  }

  #look(value: Readonly<Record<string, unknown>>, run: Run): unknown {
    const names = Object.keys(value);
    run.spend(names.length + 1);
    let copy: Record<string, unknown> | undefined;
    let refused = false;
    let known = 0;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at]!;
      const before = run.count;
      const found = ownValue(value, name);
      const slot = this.#slots.get(name);
      if (slot !== undefined) known += 1;
      const result = this.#property(name, slot, found, run);
      if (result === REFUSED) {
        refused = true;
        if (run.locate(name, before)) return REFUSED;
      } else if (copy !== undefined || !Object.is(result, found)) {
        copy ??= copyOf(value, names, at);
        if (result !== LEFT_OUT) copy[name] = result;
      }
    }
    const given = copy ?? value;
    const completed = known < this.#slots.size ? this.#complete(value, given, run) : given;
    return refused ? REFUSED : completed;
  }

  /** Looks at what is missing: a property that may be undefined is so. */
  #complete(value: object, given: Readonly<Record<string, unknown>>, run: Run): unknown {
    const added: Record<string, unknown> = {};
    let refused = false;
    for (const { name, parts, optional } of this.#slots.values()) {
      if (optional || Object.prototype.propertyIsEnumerable.call(value, name)) continue;
      const before = run.count;
      const result = run.exact ? run.refuse(parts.expected, undefined) : parts.check(undefined, run);
      if (result !== REFUSED) added[name] = result;
      else if (run.locate(name, before)) return REFUSED;
      else refused = true;
    }
    if (refused) return REFUSED;
    return Object.keys(added).length === 0 ? given : { ...given, ...added };
  }

  #property(name: string, slot: Slot | undefined, found: unknown, run: Run): unknown {
    if (found === ACCESSOR) return refuseAccessor(run);
    if (name === '__proto__') return refuseName(run);
    if (slot === undefined) return this.#other(name, found, run);
    if (slot.optional && found === undefined) return mayTake(slot.parts.look(), undefined) ? undefined : LEFT_OUT;
    return slot.parts.check(found, run);
  }

  /** A key may be spoken of by several index signatures, of which each has to take what is there. */
  #other(name: string, value: unknown, run: Run): unknown {
    let accepted = value;
    let isKnown = false;
    for (const { key, value: guard } of this.#indexes) {
      if (!speaksOf(key, name)) continue;
      isKnown = true;
      accepted = guard['~guard'].check(accepted, run);
      if (accepted === REFUSED) return REFUSED;
    }
    return !isKnown && REACHES_PROTOTYPE.has(name) ? refuseName(run) : accepted;
  }
}

function isNeeded({ optional, parts }: Slot): boolean {
  return !optional && !mayTake(parts.look(), undefined);
}

function lookOfSlot({ optional, parts }: Slot): Look {
  return optional ? orAbsent(parts.look()) : parts.look();
}

function slotOf(name: string, property: Guard | Optional): Slot {
  if (!('kind' in property)) return { name, parts: property['~guard'], optional: false };
  return { name, parts: property.guard['~guard'], optional: true };
}

function speaksOf(key: IndexKey, name: string): boolean {
  if (key === 'string') return true;
  return key === 'number' ? String(Number(name)) === name : takesText(key['~guard'], name);
}
