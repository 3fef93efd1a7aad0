import type { ServerInterceptor } from '../interceptor.js';
import type { MethodContract, ServiceContract } from '../service/contract.js';
import { isBuiltin } from '../service/builtin-types.js';
import type { AnyMethod } from '../service/metadata.js';
import { takesMany } from '../shape.js';
import { signatureOf } from '../service/signature.js';
import type { MethodGuards, ParameterDescription, ServiceGuards } from '../service/service-guards.js';
import type { MethodDescription, ServiceDescription } from './descriptions.js';

/** A service as an endpoint serves it. */
export interface ServedService {
  readonly contract: ServiceContract;
  readonly implementation: object;
  readonly guards?: ServiceGuards | undefined;
  /** What stands around its handlers, outermost first. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

/** What can be told of a service. What is not known is left out, for undefined does not travel. */
export function describeService({ contract, implementation, guards }: ServedService): ServiceDescription {
  const { name, version, doc, methods } = contract;
  const handlers = implementation as Readonly<Record<string, AnyMethod>>;
  const guardsOf: Readonly<Record<string, MethodGuards>> = guards?.methods ?? {};
  return {
    name,
    ...known({ version, doc }),
    methods: [...methods.values()].map((method) =>
      describeMethod(method, handlers[method.property]!, guardsOf[method.property] ?? {}),
    ),
  };
}

function describeMethod(method: MethodContract, handler: AnyMethod, guards: MethodGuards): MethodDescription {
  const { name, property, delivery, shape, stream, timeoutMs, idleMs, totalMs } = method;
  return {
    name,
    property,
    delivery,
    shape,
    parameters: guards.parameters?.map(copyParameter) ?? parametersOf(method, handler),
    ...known({ stream, timeoutMs, idleMs, totalMs, returns: guards.returns, doc: method.doc ?? guards.doc }),
  };
}

/** Nothing but what it declares: whatever else is in the object might not travel. */
function copyParameter({ name, type, optional, rest, stream }: ParameterDescription): ParameterDescription {
  return { name, type, ...known({ optional, rest, stream }) };
}

/** Types as far as the compiler recorded them, names as far as the source has them. */
function parametersOf(method: MethodContract, handler: AnyMethod): ParameterDescription[] {
  const { parameters } = signatureOf(method, handler);
  const streamed = takesMany(method.stream) ? parameters.length - 1 : undefined;
  return parameters.map(({ name, optional, rest, type }, index) => {
    const stream = index === streamed || undefined;
    // What was recorded is that of the whole stream.
    const given = stream ? 'unknown' : typeName(type);
    return {
      name: name ?? `arg${index}`,
      // Of a rest parameter, some compilers record the type of each argument, and others that of all of them, an array.
      type: rest ? `${given === ANY_ARRAY ? 'unknown' : given}[]` : given,
      ...known({ optional: optional || undefined, rest: rest || undefined, stream }),
    };
  });
}

const ANY_ARRAY = 'unknown[]';

/** By the names of constructors. */
const TYPE_NAMES = new Map<string, string>([
  ['String', 'string'],
  ['Number', 'number'],
  ['Boolean', 'boolean'],
  ['BigInt', 'bigint'],
  ['Array', ANY_ARRAY],
  ['Map', 'Map<unknown, unknown>'],
  ['Set', 'Set<unknown>'],
  // What compilers record for what is no class, and for what they cannot see.
  ['Object', 'unknown'],
  ['Function', 'unknown'],
]);

/** The TypeScript name of what the compiler recorded. */
function typeName(type: unknown): string {
  if (typeof type !== 'function' || type.name === '') return 'unknown';
  const name = TYPE_NAMES.get(type.name);
  return name !== undefined && isBuiltin(type, type.name) ? name : type.name;
}

/** The properties that are there. */
function known<T extends object>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
