/** Guards from the parameter types that `emitDecoratorMetadata` records: constructors such as `String` or `Date`. */
import { refusedArguments, type Guard } from './argument-guard.js';
import { builtinExpectation, isBuiltin } from './builtin-types.js';
import { classExpectation, type KnowsClass } from './class-types.js';
import type { MethodContract } from './contract.js';
import { anythingFor, expectation, REFUSED, withArticle, type Expectation } from './expectation.js';
import { NUMBER_OR_BIGINT, type AnyClass, type AnyMethod } from './metadata.js';
import { invalidService } from './names.js';
import { NO_TYPE, signatureOf, type SignatureParameter } from './signature.js';

/** A parameter and what is expected for it. */
export interface ExpectedParameter extends SignatureParameter {
  readonly expectation: Expectation;
}

/**
 * A guard from recorded types: not more arguments than parameters, and each of its parameter's type.
 *
 * The compiler records neither `?` nor `| null`, so a missing argument and null pass for every type; and it records
 * `Object` for everything that is not a class or a primitive, so anything passes for that. Anything passes, too, where what
 * was recorded cannot be what was declared.
 *
 * @param knowsClass Whether the codec gives instances of a class.
 * @throws RpcError `INVALID_SERVICE` if a parameter is of a type that cannot travel.
 */
export function guardFromTypes(
  method: MethodContract,
  handler: AnyMethod,
  knowsClass: KnowsClass = () => undefined,
): Guard {
  const { open } = signatureOf(method, handler);
  const parameters = expectedParameters(method, handler, knowsClass);
  const expectations = parameters.map(({ expectation }) => expectation);
  const others = parameters.at(-1)?.rest === true ? expectations.at(-1) : undefined;
  const mayBeMore = open || others !== undefined;
  return (args) => {
    if (args.length > expectations.length && !mayBeMore) {
      throw refusedArguments(method, `it takes at most ${expectations.length}, and ${args.length} came`);
    }
    for (let index = 0; index < args.length; index += 1) {
      const value = args[index];
      if (value === null || value === undefined) continue;
      const expectation = expectations[index] ?? others;
      const accepted = expectation === undefined ? value : expectation.accept(value);
      if (accepted === REFUSED) {
        throw refusedArguments(method, `argument ${index + 1} must be ${expectation!.what}, not ${describe(value)}`);
      }
      args[index] = accepted;
    }
    return args;
  };
}

/** The parameters of a method whose types were recorded. @throws RpcError `INVALID_SERVICE` */
export function expectedParameters(
  method: MethodContract,
  handler: AnyMethod,
  knowsClass: KnowsClass,
): ExpectedParameter[] {
  return signatureOf(method, handler).parameters.map((parameter, index) => {
    const immovable = IMMOVABLE.find((name) => isBuiltin(parameter.type, name));
    if (immovable === undefined) return { ...parameter, expectation: expectationOf(parameter, knowsClass) };
    throw invalidService(
      `${method.service}.${method.property}: parameter ${index + 1} is a ${immovable}, which cannot be sent over a network.`,
    );
  });
}

/** Built-in classes whose values never travel. */
const IMMOVABLE = ['Symbol', 'Promise'];

function expectationOf({ type, rest }: SignatureParameter, knowsClass: KnowsClass): Expectation {
  if (type === NO_TYPE) return anythingFor('order');
  // TypeScript records the type of each argument of a rest parameter, swc that of all of them, an array, and Babel nothing.
  if (rest && (type === undefined || isBuiltin(type, 'Array'))) return anythingFor('rest');
  if (type === NUMBER_OR_BIGINT) return NUMERIC;
  if (type === undefined || type === null) return anythingFor('missing');
  if (typeof type !== 'function') return anythingFor('object');
  return builtinExpectation(type as AnyMethod) ?? classExpectation(type as unknown as AnyClass, knowsClass);
}

const NUMERIC = expectation('a number', (value) => typeof value === 'number' || typeof value === 'bigint');

/** What a value is, for messages. It comes from the network, so no property of its own is looked at. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const prototype = Object.getPrototypeOf(value) as { readonly constructor: { readonly name: string } } | null;
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? 'an object' : withArticle(prototype.constructor.name);
}
