import { RpcError } from '@rpcudp/core';
import type { SignedRecord } from '../records/record.js';

/** Throws if a record is not one that a network wants; gives nothing otherwise. */
export type Validator = (record: SignedRecord) => void;

interface Rule {
  readonly prefix: string;
  readonly property: string;
}

/** Two copies of this package may meet in one process: what one has written down the other finds. */
const RULES = Symbol.for('rpcudp.kademlia.validators');

type Ruled = Record<PropertyKey, unknown> & { [RULES]?: Rule[] };

/** What `@Validates()` returns: a method decorator under both decorator kinds. */
export type ValidatesDecorator = (
  target: object,
  place: string | symbol | Pick<ClassMethodDecoratorContext, 'kind' | 'name' | 'private' | 'static' | 'addInitializer'>,
  descriptor?: PropertyDescriptor,
) => void;

/**
 * Makes a method of a node the judge of signed records whose salt begins with a prefix: it throws for those that are not wanted. Such
 * records are neither held for others nor given to those who look for them. Where several prefixes fit, all of them judge.
 *
 * @throws RpcError `INVALID_SERVICE` at decoration, for anything but a public method
 */
export function Validates(prefix: string): ValidatesDecorator {
  return (target, place) => {
    if (typeof place === 'object') {
      if (place.private || place.static) throw notAMethod(String(place.name));
      const property = String(place.name);
      place.addInitializer(function (this: unknown) {
        addRule(this as Ruled, { prefix, property });
      });
    } else {
      if (typeof target === 'function') throw notAMethod(String(place));
      addRule(target as Ruled, { prefix, property: String(place) });
    }
  };
}

function notAMethod(name: string): RpcError {
  return new RpcError(
    'INVALID_SERVICE',
    `@Validates on ${name}: only a public method of an instance can judge records.`,
  );
}

function addRule(holder: Ruled, rule: Rule): void {
  if (!Object.hasOwn(holder, RULES)) Object.defineProperty(holder, RULES, { value: [] });
  holder[RULES]!.push(rule);
}

/** Whether a record is one that a node wants, by all validators of its class and of those that it extends. */
export function isWanted(node: object, record: SignedRecord): boolean {
  const salt = Buffer.from(record.salt).toString('utf8');
  for (let at: object | null = node; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (!Object.hasOwn(at, RULES)) continue;
    for (const { prefix, property } of (at as Ruled)[RULES]!)
      if (salt.startsWith(prefix) && !passes(node as Ruled, property, record)) return false;
  }
  return true;
}

function passes(node: Ruled, property: string, record: SignedRecord): boolean {
  try {
    (node[property] as Validator)(record);
    return true;
  } catch {
    return false;
  }
}
