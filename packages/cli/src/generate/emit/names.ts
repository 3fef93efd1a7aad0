/** The names of one generated module, so that no two things in it have the same one. */
import { isIdentifier } from './text.js';

export class Names {
  readonly #taken: Set<string>;

  /** @param declared What keeps its name whatever else comes: the types of the service. */
  constructor(declared: Iterable<string>) {
    this.#taken = new Set(declared);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Takes the first of the wishes that is free, or the last one with a number behind it. */
  take(...wishes: readonly [string, ...string[]]): string {
    const free = wishes.find((name) => this.#isFree(name)) ?? this.#numbered(wishes.at(-1)!);
    this.#taken.add(free);
    return free;
  }

  #numbered(base: string): string {
    for (let number = 2; ; number += 1) {
      const name = `${base}${number}`;
      if (this.#isFree(name)) return name;
    }
  }

  #isFree(name: string): boolean {
    return isIdentifier(name) && !this.#taken.has(name);
  }
}

/** Names that one module gives another, imported under others where they are taken. */
export class Imports {
  readonly #names: Names;
  /** By the exported name, which a `type` may precede. */
  readonly #specifiers = new Map<string, { readonly type: boolean; readonly local: string }>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** The local name of an exported value. */
  value(name: string): string {
    return this.#import(name, false);
  }

  /** The local name of an exported type. */
  type(name: string): string {
    return this.#import(name, true);
  }

  #import(name: string, type: boolean): string {
    const known = this.#specifiers.get(name);
    if (known !== undefined) return known.local;
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    const local = this.#names.take(name, (type ? 'Rpc' : 'rpc') + capital);
    this.#specifiers.set(name, { type, local });
    return local;
  }

  /** Values first, then types, each in order; `import type` if there are only types. */
  specifiers(): { readonly onlyTypes: boolean; readonly list: readonly string[] } {
    const sorted = [...this.#specifiers].sort(
      ([a, { type: aType }], [b, { type: bType }]) => Number(aType) - Number(bType) || compare(a, b),
    );
    const onlyTypes = sorted.every(([, { type }]) => type);
    const list = sorted.map(([name, { type, local }]) => {
      const word = type && !onlyTypes ? `type ${name}` : name;
      return local === name ? word : `${word} as ${local}`;
    });
    return { onlyTypes, list };
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
