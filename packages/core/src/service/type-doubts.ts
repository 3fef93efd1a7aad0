/** What is said, when a service is served, of recorded types that cannot be what was declared. */
import { listOf } from '../list-of.js';
import type { KnowsClass } from './class-types.js';
import type { MethodContract, ServiceContract } from './contract.js';
import type { Doubt } from './expectation.js';
import { hasLegacyRecords, type AnyMethod } from './metadata.js';
import { expectedParameters, type ExpectedParameter } from './recorded-types.js';

/** Parameters of a service whose arguments are not checked as they were declared, and why. */
export interface TypeDoubts {
  readonly service: string;
  /** The name of the class that is served, where that is another. */
  readonly className: string | undefined;
  /** Each as `method(name)`. */
  readonly parameters: readonly string[];
  /** A sentence or more for each cause, with what to write instead. */
  readonly causes: readonly string[];
}

/** Looks at the methods that are checked by nothing but recorded types, or by nothing where types could be recorded. @throws RpcError `INVALID_SERVICE` */
export function typeDoubts(
  { name: service, methods }: ServiceContract,
  implementation: object,
  knowsClass: KnowsClass,
): TypeDoubts | undefined {
  const handlers = implementation as Readonly<Record<string, AnyMethod>>;
  const typesMissed = missesTypes(methods, implementation);
  const places = new Map<string, string[]>();
  for (const method of methods.values()) {
    if (method.args !== undefined || (method.parameterTypes === undefined && !typesMissed)) continue;
    const parameters = expectedParameters(method, handlers[method.property]!, knowsClass);
    for (const [index, parameter] of parameters.entries()) {
      const cause = typesMissed ? UNRECORDED : causeOf(parameter);
      if (cause !== undefined) add(places, cause, placeOf(method, parameter, index));
    }
  }
  if (places.size === 0) return undefined;
  const { name } = implementation.constructor;
  return {
    service,
    className: name === '' || name === 'Object' || name === service ? undefined : name,
    parameters: [...places.values()].flat(),
    causes: Array.from(places, ([cause, found]) => `${listOf(found.map((place) => `${service}.${place}`))}: ${cause}`),
  };
}

function add(places: Map<string, string[]>, cause: string, place: string): void {
  const found = places.get(cause);
  if (found === undefined) places.set(cause, [place]);
  else found.push(place);
}

/** Whether no types were recorded though they could have been. With standard decorators they cannot, so nobody misses them. */
function missesTypes(methods: ServiceContract['methods'], implementation: object): boolean {
  const noneRecorded = [...methods.values()].every(({ parameterTypes }) => parameterTypes === undefined);
  return noneRecorded && hasLegacyRecords(implementation);
}

function placeOf({ property }: MethodContract, { name }: ExpectedParameter, index: number): string {
  return `${property}(${name ?? `parameter ${index + 1}`})`;
}

function causeOf({ expectation, optional, type }: ExpectedParameter): string | undefined {
  const { doubt } = expectation;
  if (doubt === undefined) return undefined;
  if (doubt === 'instance') return neverThere(type as { readonly name: string });
  return `neither checked nor converted, for ${doubt === 'missing' && optional ? DEFAULT_VALUE : CAUSES[doubt]}`;
}

/** For each doubt: what was recorded, where that comes from, and what to write instead. */
const CAUSES: Readonly<Record<Exclude<Doubt, 'instance'>, string>> = {
  missing:
    'undefined was recorded as the type. The class was not there yet, as in an import cycle, or the compiler does not ' +
    'know what it is. Break the cycle: put the class into a module that imports no service.',
  function:
    'Function was recorded as the type. The class is imported with "import type", or it is a function, which cannot be ' +
    'sent. Write a plain import.',
  object:
    'no class was recorded but a value, as swc and Babel do for an enum or a constant that is imported. Write its type ' +
    'as string or number, if that is enough.',
  order:
    'one type more was recorded than there are parameters, as Babel does for one that is called this. Leave that one out.',
  rest: 'the type of a rest parameter was recorded, which may be that of each argument or, with swc, of all. Take an array instead.',
};

const UNRECORDED =
  'neither checked nor converted, for no types were recorded. The compiler records none, as esbuild and tsx do, or ' +
  'emitDecoratorMetadata is not set. Set it, and compile with one that heeds it.';

const DEFAULT_VALUE =
  'undefined was recorded as the type, as swc and Babel do where there is a default value alone. Write the type, too, as ' +
  "in mark: string = '!'.";

function neverThere({ name }: { readonly name: string }): string {
  return (
    `every value but null is refused, for ${name} is a class with methods, and the codec makes no instances of it. ` +
    `Give the codec an extension type for ${name}, or take an interface or a class of fields alone.`
  );
}
