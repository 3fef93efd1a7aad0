import { rememberService } from './declared-services.js';
import { checkMethod, checkService, invalidService, type ReservedMethodName } from './names.js';
import {
  recordInContext,
  recordOnClass,
  recordOnPrototype,
  recordServiceInContext,
  type AnyClass,
  type AnyMethod,
  type DecoratorMetadata,
  type SingletonClass,
} from './metadata.js';
import type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';
import type { StreamSides } from '../shape.js';
import type { Fits } from './fitting-method.js';
import type { Inferring, MaybeAnswered, MaybeTaken, NoStream } from './stream-types.js';
import { checkStreams } from './streams.js';

/** The names a method may have, as a type that turns a reserved one into a compile error. */
type AllowedName<N extends string> = N extends ReservedMethodName ? never : N;

type Method = (...args: never[]) => unknown;

/**
 * A name among those that a class shows to others, as a type that turns a private or protected one into a compile error.
 * Whoever decorates a method of a class or of a name that is not known yet, such as a decorator of decorators, may do so.
 */
type PublicName<T, N extends string> = string extends N ? N : object extends T ? N : N extends keyof T ? N : never;

/** What `@RpcMethod()` returns: a method decorator under both decorator kinds. */
export interface RpcMethodDecorator<
  Args extends readonly unknown[],
  Result,
  ClientResult,
  Items = unknown,
  Stream = boolean | StreamSides | undefined,
> {
  <
    T,
    F extends Method,
    N extends string,
    Taken extends MaybeTaken = NoStream,
    Answered extends MaybeAnswered = NoStream,
  >(
    method: (F & Fits<F, Args, Result, ClientResult, Items, Stream, Taken, Answered>) | Inferring<Taken, Answered>,
    context: Pick<ClassMethodDecoratorContext<T>, 'kind' | 'metadata' | 'access'> & {
      readonly name: AllowedName<N> & PublicName<T, N>;
      readonly private: false;
      readonly static: false;
    },
  ): void;
  <
    T extends object,
    F extends Method,
    N extends string,
    Taken extends MaybeTaken = NoStream,
    Answered extends MaybeAnswered = NoStream,
  >(
    prototype: T & { readonly prototype?: never },
    property: AllowedName<N> & PublicName<T, N>,
    descriptor:
      | TypedPropertyDescriptor<F & Fits<F, Args, Result, ClientResult, Items, Stream, Taken, Answered>>
      | TypedPropertyDescriptor<Inferring<Taken, Answered>>,
  ): void;
}

/** What `@RpcService()` returns: a class decorator under both decorator kinds. */
export type RpcServiceDecorator = (
  service: AnyClass | SingletonClass,
  context?: Pick<ClassDecoratorContext, 'kind' | 'name' | 'metadata'>,
) => void;

/**
 * Makes a class a service: an instance of it can be served, and the class gives clients their types.
 *
 * Works under standard decorators and under `experimentalDecorators`. Records the name and changes nothing. A subclass
 * is the same service unless it is decorated itself.
 *
 * @param nameOrOptions The name on wires that have service names, unique on an endpoint; or that and what else there is
 * to say.
 * @throws RpcError `INVALID_SERVICE` if the name is no name.
 */
export function RpcService(nameOrOptions: string | RpcServiceOptions): RpcServiceDecorator {
  const record = checkService(nameOrOptions, '@RpcService');
  return (service, context) => {
    if (typeof service !== 'function') throw withoutMetadata();
    rememberService(service as AnyClass);
    if (context === undefined) recordOnClass(service as AnyClass, record);
    else recordServiceInContext(metadataOf(context), record);
  };
}

/**
 * Makes a public method remote: peers can call it, and the client's stub has it.
 *
 * Works under standard decorators and under `experimentalDecorators`; with `emitDecoratorMetadata` the parameter types
 * also guard the arguments. Records the method and changes nothing. A subclass that overrides the method need not
 * repeat it, and does so only to declare it anew: other options, other parameters.
 *
 * @throws RpcError `INVALID_SERVICE` at decoration, for an option out of range, a private or static method, a symbol,
 * or a reserved name such as `then`.
 */
export function RpcMethod<
  Args extends readonly unknown[] = unknown[],
  Result = unknown,
  ClientResult = unknown,
  Items = unknown,
  const Stream extends boolean | StreamSides | undefined = undefined,
>(
  options?: RpcMethodOptions<Args, Result, ClientResult, Items> & { readonly stream?: Stream },
): RpcMethodDecorator<Args, Result, ClientResult, Items, Stream>;
export function RpcMethod(options: RpcMethodOptions = {}, ...decorated: unknown[]): unknown {
  if (decorated.length > 0) throw invalidService('@RpcMethod lacks its parentheses. Write @RpcMethod().');
  function decorate(target: object, place: ClassMethodDecoratorContext | string | symbol | undefined): void {
    if (place === undefined) throw withoutMetadata();
    if (typeof place === 'object') decorateStandard(target as AnyMethod, place, options);
    else decorateLegacy(target, place, options);
  }
  return decorate;
}

function decorateStandard(method: AnyMethod, context: ClassMethodDecoratorContext, options: RpcMethodOptions): void {
  const where = `@RpcMethod on ${String(context.name)}`;
  if ((context.kind as string) !== 'method')
    throw invalidService(`${where}: only methods can be remote, not a ${context.kind}.`);
  if (context.private) throw invalidService(`${where}: a private method cannot be remote. Remove the #.`);
  if (context.static) throw staticMethod(where);
  const property = context.name;
  checkMethod(property, options, where);
  checkStreams(options, method, where);
  recordInContext(metadataOf(context), { property, options, method });
}

function decorateLegacy(target: object, property: string | symbol, options: RpcMethodOptions): void {
  const where = `@RpcMethod on ${String(property)}`;
  if (typeof target === 'function') throw staticMethod(where);
  checkMethod(property, options, where);
  // What decorators below have made of the method is put there when all of them are done.
  const method: unknown = Object.getOwnPropertyDescriptor(target, property)?.value;
  if (typeof method !== 'function')
    throw invalidService(`${where}: only methods can be remote, not fields or accessors.`);
  checkStreams(options, method as AnyMethod, where);
  recordOnPrototype(target, { property, options, method: method as AnyMethod });
}

function staticMethod(where: string): Error {
  return invalidService(`${where}: a static method cannot be remote, for an instance is served. Remove "static".`);
}

/** @throws RpcError `INVALID_SERVICE` if the compiler gave none */
export function metadataOf(context: Pick<ClassDecoratorContext, 'metadata'>): DecoratorMetadata {
  const metadata = context.metadata as DecoratorMetadata | undefined;
  if (metadata === undefined) throw withoutMetadata();
  return metadata;
}

/** Before they had a context, proposed decorators were called with a descriptor alone: of the method, or of the class. */
export function withoutMetadata(): Error {
  return invalidService(
    'The compiler gave the decorator no metadata object. Babel gives one if its decorators have the version "2023-11", ' +
      'and with "legacy" none is needed. For other compilers, Symbol.metadata was missing when the class was defined: ' +
      'import @rpcudp/core before it.',
  );
}
