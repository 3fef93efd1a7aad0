/** Guards that come beside a service instead of with its declaration, such as the modules that are generated from types. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { inspectOption } from '../inspect-option.js';
import { listOf } from '../list-of.js';
import { isThenable } from '../thenable.js';
import { withChecks, type MethodContract, type ServiceContract } from './contract.js';
import { invalidService, isObject, isStandardSchema } from './names.js';

/** One parameter of a remote method, as text for people and generators. */
export interface ParameterDescription {
  readonly name: string;
  /** Its type as TypeScript writes it; of a rest parameter that of the whole array. `unknown` where nothing is known. */
  readonly type: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Whether it takes all arguments from here on. */
  readonly rest?: boolean;
  /** Whether its values follow each other, and `type` is that of each. */
  readonly stream?: boolean;
}

/** What checks one method, and what is known of its signature. */
export interface MethodGuards<Args = unknown, Result = unknown> {
  /** Validates the arguments, as one array, before the handler runs; its output is what the handler gets. */
  readonly args?: StandardSchemaV1<unknown, Args>;
  /** Validates the result before it is sent; its output is what is sent. */
  readonly result?: StandardSchemaV1<unknown, Result>;
  /** Validates each value of the stream that callers send; its output is what the handler gets. */
  readonly items?: StandardSchemaV1;
  /** For reflection. */
  readonly parameters?: readonly ParameterDescription[];
  /** The type of the result, for reflection; not a promise of it, and of a stream that of each value. */
  readonly returns?: string;
  /** What the method does, for reflection, unless its declaration says so itself. */
  readonly doc?: string;
}

/**
 * The guards of one service, for `endpoint.serve(instance, { guards })`. Every remote method needs an entry.
 *
 * @typeParam M What they give, by method, as generated modules say it: `{ sayHi: [args: [name: string], result: string] }`.
 */
export interface ServiceGuards<M = Readonly<Record<string, MethodGuards>>> {
  /** The service's name. */
  readonly service: string;
  /** By property of the class. */
  readonly methods: {
    readonly [K in keyof M]: M[K] extends readonly [infer A, infer R] ? CheckedMethod<A, R> : MethodGuards;
  };
}

/** The guards of a method of which both sides are checked. */
type CheckedMethod<Args, Result> = MethodGuards<Args, Result> &
  Required<Pick<MethodGuards<Args, Result>, 'args' | 'result'>>;

/**
 * The contract with the guards put into it. A schema that the method declares itself runs first, and the guard checks what
 * it gave: types describe what a handler gets, which is what the schema's transformations lead to.
 *
 * @throws RpcError `INVALID_SERVICE` if the guards are not exactly those of this service's methods.
 */
export function withGuards(contract: ServiceContract, guards: ServiceGuards): ServiceContract {
  checkGuards(contract, guards);
  const checks: Readonly<Record<string, MethodGuards>> = guards.methods;
  const methods = [...contract.methods].map(([property, method]): [string, MethodContract] => {
    const { args, result, items } = checks[property]!;
    const both = {
      args: inTurn(method.args, args),
      result: inTurn(method.result, result),
      items: inTurn(method.items, items),
    };
    return [property, withChecks(method, both)];
  });
  return { ...contract, methods: new Map(methods) };
}

/** One schema, and then another on what it gave. */
function inTurn(first: StandardSchemaV1 | undefined, then: StandardSchemaV1 | undefined): StandardSchemaV1 | undefined {
  if (first === undefined || then === undefined || first === then) return first ?? then;
  const goOn = (result: StandardSchemaV1.Result<unknown>): ReturnType<Validate> =>
    result.issues === undefined ? then['~standard'].validate(result.value) : result;
  const validate: Validate = (value) => {
    const result = first['~standard'].validate(value);
    return isThenable(result) ? result.then(goOn) : goOn(result);
  };
  return { '~standard': { version: 1, vendor: 'rpcudp', validate } };
}

type Validate = StandardSchemaV1['~standard']['validate'];

const AGAIN = 'Generate the guards again: rpcudp generate --guards.';

/** Fails closed: a guard that is missing or left over means that the guards are of another state of the source. */
function checkGuards(contract: ServiceContract, guards: unknown): asserts guards is ServiceGuards {
  const { name } = contract;
  if (!isObject(guards) || !('methods' in guards) || !isObject(guards.methods)) {
    throw invalidService(
      `The guards for ${name} must be an object { service, methods }, not ${inspectOption(guards)}. ` +
        'Give what the module of its guards exports.',
    );
  }
  const service: unknown = 'service' in guards ? guards.service : undefined;
  if (service !== name) {
    throw invalidService(
      `The guards are for the service ${inspectOption(service)}, not for "${name}". Give those of ${name}. ` +
        `If it was renamed: ${AGAIN}`,
    );
  }
  checkSameMethods(contract, guards.methods);
  for (const [property, method] of Object.entries(guards.methods))
    checkMethodGuards(`The guards for ${name}.${property}`, method);
}

/** What the generator cannot find when it runs again has to be written where it looks. */
const UNREADABLE =
  'A method that has none even then is remote by code that the generator cannot read: write @RpcMethod() in the class.';

/** All differences at once: they say together what has happened to the source. */
function checkSameMethods({ name, methods }: ServiceContract, guards: object): void {
  const lacking = [...methods.keys()].filter((property) => !Object.hasOwn(guards, property));
  const leftOver = Object.keys(guards).filter((property) => !methods.has(property));
  const named = (properties: string[]): string => listOf(properties.map((property) => `${name}.${property}`));
  const problems: string[] = [];
  if (lacking.length > 0)
    problems.push(`There are no guards for the remote method${lacking.length > 1 ? 's' : ''} ${named(lacking)}.`);
  if (leftOver.length > 0) {
    const none = leftOver.length > 1 ? 'which are no remote methods' : 'which is no remote method';
    problems.push(`There are guards for ${named(leftOver)}, ${none}.`);
  }
  if (problems.length > 0)
    throw invalidService([...problems, AGAIN, ...(lacking.length > 0 ? [UNREADABLE] : [])].join(' '));
}

function checkMethodGuards(where: string, guards: unknown): void {
  if (!isObject(guards)) throw invalidService(`${where} must be an object, not ${inspectOption(guards)}. ${AGAIN}`);
  const { args, result, items, parameters, returns, doc } = guards as Readonly<Record<string, unknown>>;
  for (const [name, schema] of Object.entries({ args, result, items })) {
    if (schema !== undefined && !isStandardSchema(schema)) {
      throw invalidService(`${where}: ${name} must be a Standard Schema validator, not ${inspectOption(schema)}.`);
    }
  }
  for (const [name, text] of Object.entries({ returns, doc })) {
    if (text !== undefined && typeof text !== 'string')
      throw invalidService(`${where}: ${name} must be text, not ${inspectOption(text)}.`);
  }
  if (parameters !== undefined && !(Array.isArray(parameters) && parameters.every(isParameter)))
    throw invalidService(`${where}: parameters must be an array of { name, type, optional?, rest?, stream? }.`);
}

function isParameter(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, type, optional, rest, stream } = value as Readonly<Record<string, unknown>>;
  const isFlag = (flag: unknown): boolean => flag === undefined || typeof flag === 'boolean';
  return typeof name === 'string' && typeof type === 'string' && isFlag(optional) && isFlag(rest) && isFlag(stream);
}
