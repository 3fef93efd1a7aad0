/** What is expected where a class was recorded that the language does not have. */
import { hasInstance, isOfClass, isPlainObject } from '../brands.js';
import { anythingFor, expectation, type Expectation } from './expectation.js';
import type { AnyClass } from './metadata.js';

/** Whether the codec gives instances of a class; undefined if it does not say. */
export type KnowsClass = (type: AnyClass) => boolean | undefined;

/**
 * Instances. A class that is nothing but fields also takes plain objects, which are of its type to the compiler, unless the
 * codec gives instances of it.
 */
export function classExpectation(type: AnyClass, knowsClass: KnowsClass): Expectation {
  // No class: a function of a realm or of a compiler that nobody thought of.
  if (!isObject(type.prototype)) return anythingFor('function');
  const known = knowsClass(type);
  const instance = expectation(`an instance of ${type.name}`, (value) => hasInstance(value, type));
  if (known === true) return instance;
  if (hasFieldsAlone(type)) return expectation('an object', (value) => isPlainObject(value) || isOfClass(value, type));
  if (known === undefined) return instance;
  return { ...expectation(instance.what, (value) => isOfClass(value, type)), doubt: 'instance' };
}

/** Whether instances of a class have no more than fields, as far as can be seen from outside: no method, no getter. */
function hasFieldsAlone(type: AnyClass): boolean {
  let at: unknown = type.prototype;
  // The last prototype is that of all objects.
  for (let next: unknown; (next = Object.getPrototypeOf(at)) !== null; at = next) {
    if (!Object.entries(Object.getOwnPropertyDescriptors(at)).every(isLikeField)) return false;
    if (Object.getOwnPropertySymbols(at).length > 0) return false;
  }
  return true;
}

/** An accessor that can be read and written is like a field to whoever uses it. */
function isLikeField([name, { get, set }]: [string, PropertyDescriptor]): boolean {
  return name === 'constructor' || (get !== undefined && set !== undefined);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
