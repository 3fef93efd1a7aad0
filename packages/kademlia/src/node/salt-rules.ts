import { RpcError } from '@rpcudp/core';
import type { SignedRecord } from '../records/record.js';

/** A method of a node that has a say about signed records whose salt begins with a prefix. */
export interface SaltRule {
  readonly prefix: string;
  readonly property: string;
}

type Place =
  string | symbol | Pick<ClassMethodDecoratorContext, 'kind' | 'name' | 'private' | 'static' | 'addInitializer'>;
type Ruled = Record<PropertyKey, unknown>;

/** The rules of one kind: those of `@Validates`, or those of `@Selects`. */
export class SaltRules {
  readonly #symbol: symbol;
  readonly #name: string;

  /** @param name That of the decorator. */
  constructor(name: string) {
    this.#name = name;
    // Two copies of this package may meet in one process: what one has written down the other finds.
    this.#symbol = Symbol.for(`rpcudp.kademlia.${name}`);
  }

  /** Writes down a rule where a decorator stands. @throws RpcError `INVALID_SERVICE` for anything but a public method */
  decorate(prefix: string, target: object, place: Place): void {
    if (typeof place !== 'object') {
      if (typeof target === 'function') throw this.#notAMethod(String(place));
      return this.#add(target as Ruled, { prefix, property: String(place) });
    }
    if (place.private || place.static) throw this.#notAMethod(String(place.name));
    const property = String(place.name);
    const add = (instance: unknown): void => this.#add(instance as Ruled, { prefix, property });
    place.addInitializer(function (this: unknown) {
      add(this);
    });
  }

  /** The rules of a node for a record: those of its class before those of the classes that it extends. */
  for(node: object, { salt }: SignedRecord): SaltRule[] {
    const text = Buffer.from(salt).toString('utf8');
    const rules: SaltRule[] = [];
    for (let at: object | null = node; at !== null; at = Object.getPrototypeOf(at) as object | null)
      if (Object.hasOwn(at, this.#symbol)) rules.push(...((at as Ruled)[this.#symbol] as SaltRule[]));
    return rules.filter(({ prefix }) => text.startsWith(prefix));
  }

  #add(holder: Ruled, rule: SaltRule): void {
    if (!Object.hasOwn(holder, this.#symbol)) Object.defineProperty(holder, this.#symbol, { value: [] });
    (holder[this.#symbol] as SaltRule[]).push(rule);
  }

  #notAMethod(name: string): RpcError {
    const message = `@${this.#name} on ${name}: only a public method of an instance can judge records.`;
    return new RpcError('INVALID_SERVICE', message);
  }
}
