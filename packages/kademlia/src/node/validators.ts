import type { SignedRecord } from '../records/record.js';
import { SaltRules } from './salt-rules.js';

/** Throws if a record is not one that a network wants; gives nothing otherwise. */
type Validator = (record: SignedRecord) => void;

const VALIDATORS = new SaltRules('Validates');

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
  return (target, place) => VALIDATORS.decorate(prefix, target, place);
}

/** Whether a record is one that a node wants, by all validators of its class and of those that it extends. */
export function isWanted(node: object, record: SignedRecord): boolean {
  return VALIDATORS.for(node, record).every(({ property }) => passes(node, property, record));
}

function passes(node: object, property: string, record: SignedRecord): boolean {
  try {
    (node as Record<string, Validator>)[property]!(record);
    return true;
  } catch {
    return false;
  }
}
