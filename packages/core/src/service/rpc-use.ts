import { inspectOption } from '../inspect-option.js';
import type { ServerInterceptor } from '../interceptor.js';
import { isInterceptor } from '../is-interceptor.js';
import {
  recordUseInContext,
  recordUseOnPrototype,
  type AnyClass,
  type AnyMethod,
  type SingletonClass,
} from './metadata.js';
import { invalidService } from './names.js';
import { metadataOf, withoutMetadata } from './decorators.js';

/** What `@RpcUse()` returns: a decorator of classes and methods under both decorator kinds. */
export interface RpcUseDecorator {
  (service: AnyClass | SingletonClass, context?: Pick<ClassDecoratorContext, 'kind' | 'name' | 'metadata'>): void;
  (
    method: AnyMethod,
    context: Pick<ClassMethodDecoratorContext, 'kind' | 'metadata'> & {
      readonly name: string;
      readonly private: false;
      readonly static: false;
    },
  ): void;
  (
    prototype: object & { readonly prototype?: never },
    property: string,
    // Of a method of any signature: a descriptor's setter would take no other.
    descriptor: Pick<TypedPropertyDescriptor<AnyMethod>, 'value'>,
  ): void;
}

/**
 * Puts interceptors around the handlers of a service, or around one of them: where the class is served, not where it is called.
 *
 * ```ts
 * @RpcService('Accounts')
 * @RpcUse(authenticate)
 * class Accounts {
 *   @RpcUse(onlyAdmins)
 *   @RpcMethod()
 *   close(id: string): void {}
 * }
 * ```
 *
 * The first is the outermost; those of a class are outside of those of its methods, and inside of those of `serve()`. Subclasses
 * inherit them and can add to them, not take them away, also where they declare a method anew.
 *
 * @throws RpcError `INVALID_SERVICE` at decoration, for what is no function, and on what is no class or method; and when the
 * class is served, on a method that is not remote.
 */
export function RpcUse(...interceptors: readonly [ServerInterceptor, ...ServerInterceptor[]]): RpcUseDecorator {
  checkInterceptors(interceptors);
  function decorate(
    target: object,
    place?: ClassDecoratorContext | ClassMethodDecoratorContext | string | symbol,
  ): void {
    const isLegacy = typeof place !== 'object';
    const property = isLegacy ? legacyProperty(target, place) : propertyOf(place);
    const record = { property, interceptors: interceptors as readonly AnyMethod[] };
    if (!isLegacy) return recordUseInContext(metadataOf(place), record);
    recordUseOnPrototype(place === undefined ? ((target as AnyClass).prototype as object) : target, record);
  }
  return decorate as RpcUseDecorator;
}

function checkInterceptors(interceptors: readonly unknown[]): void {
  if (interceptors.length === 0) throw invalidService('@RpcUse got no interceptor. Write @RpcUse(one, another).');
  for (const interceptor of interceptors) {
    if (isInterceptor(interceptor)) continue;
    const what = typeof interceptor === 'function' ? 'a class' : inspectOption(interceptor);
    throw invalidService(`@RpcUse takes functions and got ${what}. Write @RpcUse(one, another), with its parentheses.`);
  }
}

/** The method that is decorated, or undefined if it is the class. */
function legacyProperty(target: object, property: string | symbol | undefined): string | undefined {
  if (property === undefined) {
    if (typeof target === 'function') return undefined;
    throw withoutMetadata();
  }
  const where = `@RpcUse on ${String(property)}`;
  if (typeof target === 'function') throw staticMethod(where);
  const method: unknown = Object.getOwnPropertyDescriptor(target, property)?.value;
  if (typeof method !== 'function') throw noMethod(where, 'a field or accessor');
  return named(property, where);
}

function propertyOf(context: ClassDecoratorContext | ClassMethodDecoratorContext): string | undefined {
  if (context.kind === 'class') return undefined;
  const where = `@RpcUse on ${String(context.name)}`;
  if ((context.kind as string) !== 'method') throw noMethod(where, `a ${context.kind}`);
  if (context.static) throw staticMethod(where);
  if (context.private) throw invalidService(`${where}: a private method is not remote. Remove the #.`);
  return named(context.name, where);
}

function named(property: string | symbol, where: string): string {
  if (typeof property === 'string') return property;
  throw invalidService(`${where}: a symbol has no name on the wire, so the method is not remote.`);
}

function staticMethod(where: string): Error {
  return invalidService(`${where}: a static method is not remote, for an instance is served. Remove "static".`);
}

function noMethod(where: string, what: string): Error {
  return invalidService(`${where}: interceptors stand around methods and classes, not around ${what}.`);
}
