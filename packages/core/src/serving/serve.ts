import { types } from 'node:util';
import { isPlainObject } from '../brands.js';
import { inspectOption } from '../inspect-option.js';
import type { ServerInterceptor } from '../interceptor.js';
import { problemOfList } from '../interception/check-interceptors.js';
import type { ServedService } from '../reflection/describe.js';
import { contractOf, type ServiceContract, type ServiceDefinition } from '../service/contract.js';
import type { AnyClass } from '../service/metadata.js';
import { invalidService, isObject } from '../service/names.js';
import type { ServiceGuards } from '../service/service-guards.js';

/** What `serve()` takes beside the service. */
export interface ServeOptions {
  /** Checks arguments and results, beside what the methods declare; must have an entry for each remote method. */
  readonly guards?: ServiceGuards;
  /**
   * What stands around its handlers, outermost first: inside of the endpoint's, and outside of what `@RpcUse` says in the class.
   */
  readonly interceptors?: readonly ServerInterceptor[];
}

/** An instance of a decorated class; a class or a contract in its place is a compile error. */
export type ServiceInstance = object & { readonly 'prototype'?: never; readonly '~service'?: never };

/**
 * What the arguments of `serve()` say: a contract or a class first comes with its implementation, an instance alone.
 *
 * @throws RpcError `INVALID_SERVICE`
 */
export function serviceOf(first: object, [second, third]: readonly [second?: object, third?: object]): ServedService {
  if (!isServiceDefinition(first) || (typeof first === 'function' && second === undefined))
    return { contract: contractOfInstance(first), implementation: first, ...checkOptions(second) };
  if (!isObject(second) && typeof second !== 'function')
    throw invalidService('serve() got a contract alone: endpoint.serve(contract, object).');
  return {
    contract: contractOf(first as ServiceDefinition<object>),
    implementation: second,
    ...checkOptions(third),
  };
}

/**
 * Whether that is a class or a contract. A contract is a plain object, which no instance of a class is: it may well have a
 * field called `methods`.
 */
export function isServiceDefinition(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return isPlainObject(value) && types.isMap(value.methods);
}

/** Fails closed: guards that are misspelt, or undefined because modules import each other, are no wish for none. */
function checkOptions(options: object | undefined): ServeOptions {
  if (options === undefined) return {};
  if (!isObject(options)) throw invalidService(`${EXPECTED}, not ${inspectOption(options)}.`);
  for (const [option, value] of Object.entries(options)) {
    if (option !== 'guards' && option !== 'interceptors')
      throw invalidService(`${EXPECTED}; it knows no option "${option}".`);
    if (value !== undefined) continue;
    throw invalidService(`serve() got ${option} that are undefined. Does their module export them under another name?`);
  }
  const { interceptors } = options as ServeOptions;
  const problem = interceptors && problemOfList(interceptors);
  if (problem !== undefined) throw invalidService(`serve(): interceptors must be ${problem}.`);
  return options;
}

const EXPECTED = 'serve() takes an instance, or a contract and an object, and then options { guards, interceptors }';

/**
 * The contract of an object that is about to be served.
 *
 * @throws RpcError `INVALID_SERVICE` if it is not an instance of a decorated class.
 */
function contractOfInstance(instance: object | null | undefined): ServiceContract {
  if (instance === null || instance === undefined) throw invalidService('serve() got nothing to serve.');
  if (typeof instance === 'function') {
    const name = instance.name === '' ? 'the class' : instance.name;
    throw invalidService(`serve() takes an instance and got a class. Write endpoint.serve(new ${name}()).`);
  }
  const constructor: unknown = instance.constructor;
  if (typeof constructor !== 'function' || isPlainObject(instance)) {
    throw invalidService('serve() got a plain object. Give it the contract first: endpoint.serve(contract, object).');
  }
  return contractOf(constructor as AnyClass);
}
