import type { MethodContract, ServiceContract } from '../service/contract.js';
import type { MethodGuards, ParameterDescription, ServiceGuards } from '../service/service-guards.js';
import type { MethodDescription, ServiceDescription } from './descriptions.js';
import { sourceParameters } from './source-parameters.js';

/** A service as an endpoint serves it. */
export interface ServedService {
  readonly contract: ServiceContract;
  readonly implementation: object;
  readonly guards?: ServiceGuards | undefined;
}

type Handler = (...args: never[]) => unknown;

/** What can be told of a service. What is not known is left out, for undefined does not travel. */
export function describeService({ contract, implementation, guards }: ServedService): ServiceDescription {
  const { name, version, doc, methods } = contract;
  const handlers = implementation as Readonly<Record<string, Handler>>;
  return {
    name,
    ...known({ version, doc }),
    methods: [...methods.values()].map((method) =>
      describeMethod(method, handlers[method.property]!, guards?.methods[method.property] ?? {}),
    ),
  };
}

function describeMethod(method: MethodContract, handler: Handler, guards: MethodGuards): MethodDescription {
  const { name, property, delivery, shape, timeoutMs } = method;
  return {
    name,
    property,
    delivery,
    shape,
    parameters: guards.parameters?.map(copyParameter) ?? parametersOf(method, handler),
    ...known({ timeoutMs, returns: guards.returns, doc: method.doc ?? guards.doc }),
  };
}

/** Nothing but what it declares: whatever else is in the object might not travel. */
function copyParameter({ name, type, optional, rest }: ParameterDescription): ParameterDescription {
  return { name, type, ...known({ optional, rest }) };
}

/** Types as far as the compiler recorded them, names as far as the source has them. */
function parametersOf({ parameterTypes }: MethodContract, handler: Handler): ParameterDescription[] {
  const fromSource = sourceParameters(handler);
  const count = parameterTypes?.length ?? fromSource?.length ?? handler.length;
  // Types of a base class may be recorded for another number of parameters than an override has.
  const named = fromSource?.length === count ? fromSource : undefined;
  return Array.from({ length: count }, (_, index) => {
    const { name = `arg${index}`, optional = false, rest = false } = named?.[index] ?? {};
    const type = parameterTypes === undefined ? 'unknown' : typeName(parameterTypes[index]);
    return {
      name,
      type: rest ? `${type}[]` : type,
      ...known({ optional: optional || undefined, rest: rest || undefined }),
    };
  });
}

const TYPE_NAMES = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  [BigInt, 'bigint'],
  [Array, 'unknown[]'],
  [Map, 'Map<unknown, unknown>'],
  // What the compiler records for everything that is no class.
  [Object, 'unknown'],
  [undefined, 'undefined'],
]);

/** The TypeScript name of a constructor that the compiler recorded. */
function typeName(type: unknown): string {
  const name = TYPE_NAMES.get(type);
  if (name !== undefined) return name;
  return typeof type === 'function' && type.name !== '' ? type.name : 'unknown';
}

/** The properties that are there. */
function known<T extends object>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
