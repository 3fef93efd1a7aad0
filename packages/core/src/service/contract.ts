import { types } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  lineage,
  ownMethodRecords,
  ownServiceRecord,
  recordedParameterTypes,
  recordedReturnType,
  type AnyClass,
  type AnyMethod,
  type MethodRecord,
  type SingletonClass,
} from './metadata.js';
import type { Delivery } from '../delivery.js';
import type { MethodShape, StreamSides } from '../shape.js';
import type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';
import { clientResultOf } from './recorded-result.js';
import { invalidService } from './names.js';
import { isWrittenAsMethod } from './source-parameters.js';
import { streamSides } from './streams.js';
import { Uses } from './uses.js';

/** What both sides know about one remote method. */
export interface MethodContract {
  /** The service's name. */
  readonly service: string;
  /** The name on the wire. */
  readonly name: string;
  /** The property of the class and of the stub. */
  readonly property: string;
  /** How long callers wait by default, in milliseconds; undefined leaves it to the endpoint. */
  readonly timeoutMs: number | undefined;
  /** The same of a stream: how long its reader waits for a value, and how long all of it may take; undefined for ever. */
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
  readonly delivery: Delivery;
  readonly shape: MethodShape;
  /** Whose values follow each other, where {@link MethodContract.shape} is `'stream'`. */
  readonly stream?: StreamSides | undefined;
  readonly args: StandardSchemaV1 | undefined;
  readonly result: StandardSchemaV1 | undefined;
  /** Of a stream: what checks its values where the service runs. */
  readonly items?: StandardSchemaV1 | undefined;
  /** What a caller makes of an answer before its call ends: the channel's affair. */
  readonly clientResult?: StandardSchemaV1 | undefined;
  /** The constructors that `emitDecoratorMetadata` recorded for the parameters, if it did. */
  readonly parameterTypes: readonly unknown[] | undefined;
  /**
   * The method as it stands in its class, whatever decorators have made of it since; null if they had done so before anybody
   * saw it, undefined where there is no class.
   */
  readonly original?: AnyMethod | null | undefined;
  /** What stands around its handler, outermost first, as the class says it. */
  readonly interceptors?: readonly AnyMethod[] | undefined;
  /** What the method does, if it says so. */
  readonly doc?: string | undefined;
}

/** What both sides know about a service of type `S`. Made by the decorators or by {@link defineService}. */
export interface ServiceContract<S = unknown> {
  readonly 'name': string;
  /** By property. */
  readonly 'methods': ReadonlyMap<string, MethodContract>;
  /** Which version of the service this is, if it says so. No call depends on it. */
  readonly 'version'?: string | undefined;
  /** What the service is for, if it says so. */
  readonly 'doc'?: string | undefined;
  /** Carries the type; never there at run time. */
  readonly '~service'?: S;
}

/** A class that is a service, or the contract of one. */
export type ServiceDefinition<S> = AnyClass<S> | SingletonClass<S> | ServiceContract<S>;

/** Derived from the class and nothing else, so each copy of this package may keep its own. */
const contracts = new WeakMap<AnyClass, ServiceContract>();

/**
 * The contract of a decorated class; a contract is returned as it is.
 *
 * @throws RpcError `INVALID_SERVICE` if the class is not decorated, has no remote method, or uses a wire name twice.
 */
export function contractOf<S>(definition: ServiceDefinition<S>): ServiceContract<S> {
  if (typeof definition !== 'function') return checkContract(definition);
  const known = contracts.get(definition as AnyClass);
  if (known !== undefined) return known as ServiceContract<S>;
  const contract = readContract(definition as AnyClass);
  contracts.set(definition as AnyClass, contract);
  return contract as ServiceContract<S>;
}

function checkContract<S>(definition: ServiceContract<S>): ServiceContract<S> {
  const methods = (definition as { readonly methods?: unknown } | null | undefined)?.methods;
  if (types.isMap(methods)) return definition;
  throw invalidService('A service is named by its class, or by what defineService() gave: neither came here.');
}

function readContract(service: AnyClass): ServiceContract {
  const classes = lineage(service);
  const label = service.name === '' ? 'this class' : service.name;
  const record = classes.map(ownServiceRecord).find((found) => found !== undefined);
  if (record === undefined)
    throw invalidService(`${label} is not a service. Decorate it with @RpcService('${label}').`);
  const uses = new Uses(service);
  // Base classes first, so that what a subclass declares again replaces what it overrides, in place.
  const records = new Map<string, MethodRecord>();
  for (const at of classes.reverse()) for (const method of ownMethodRecords(at)) records.set(method.property, method);
  uses.check(label, (property) => records.has(property));
  const prototype = service.prototype as object;
  const methods = [...records.values()].map(({ property, options, method }): MethodContract => {
    const clientResult = options.clientResult ?? clientResultOf(recordedReturnType(prototype, property));
    const parameterTypes = recordedParameterTypes(prototype, property);
    const contract = { ...methodContract(record.name, property, options, parameterTypes, method), clientResult };
    const original = method && (isWrittenAsMethod(method) ? method : null);
    return ofOneSide(contract, { original, interceptors: uses.around(property) });
  });
  return makeContract(record, methods);
}

/** One method's part of a contract. */
export function methodContract(
  service: string,
  property: string,
  options: RpcMethodOptions,
  parameterTypes?: readonly unknown[],
  method?: AnyMethod,
): MethodContract {
  const stream = streamSides(options, method);
  return {
    service,
    property,
    name: options.name ?? property,
    timeoutMs: options.timeoutMs,
    ...streamTimes(options, stream, `${service}.${property}`),
    delivery: options.delivery ?? 'at-most-once',
    shape: stream !== undefined ? 'stream' : options.oneWay === true ? 'one-way' : 'unary',
    stream,
    args: options.args,
    result: options.result,
    items: options.items,
    clientResult: options.clientResult,
    parameterTypes,
    doc: options.doc,
  };
}

function streamTimes(
  { idleMs, totalMs }: RpcMethodOptions,
  stream: StreamSides | undefined,
  label: string,
): Pick<MethodContract, 'idleMs' | 'totalMs'> {
  if (idleMs === undefined && totalMs === undefined) return {};
  if (stream !== undefined) return { idleMs, totalMs };
  const option = idleMs === undefined ? 'totalMs' : 'idleMs';
  throw invalidService(
    `${label}: ${option} is for a method with a stream. Say so with the option stream, or give timeoutMs instead.`,
  );
}

/** The same contract with other checks. */
export function withChecks(
  method: MethodContract,
  checks: Pick<MethodContract, 'args' | 'result' | 'items'>,
): MethodContract {
  return ofOneSide({ ...method, ...checks }, method);
}

/** Not enumerable: they are of one side alone, so they are no part of what is shown or compared. */
function ofOneSide(
  contract: MethodContract,
  { original, interceptors }: Pick<MethodContract, 'original' | 'interceptors'>,
): MethodContract {
  if (original !== undefined) Object.defineProperty(contract, 'original', { value: original });
  if (interceptors !== undefined) Object.defineProperty(contract, 'interceptors', { value: interceptors });
  return contract;
}

/** Joins the methods of a service. @throws RpcError `INVALID_SERVICE` */
export function makeContract(service: RpcServiceOptions, methods: readonly MethodContract[]): ServiceContract {
  const { name, version, doc } = service;
  if (methods.length === 0)
    throw invalidService(`${name} has no remote method. Declare at least one, in a class with @RpcMethod().`);
  const byName = new Map<string, MethodContract>();
  for (const method of methods) {
    const other = byName.get(method.name);
    if (other !== undefined) {
      throw invalidService(
        `${name}.${other.property} and ${name}.${method.property} have the same wire name "${method.name}". ` +
          'Give one of them another with the option { name }.',
      );
    }
    byName.set(method.name, method);
  }
  return { name, version, doc, methods: new Map(methods.map((method) => [method.property, method])) };
}
