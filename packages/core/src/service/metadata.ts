/**
 * Where decorators write and contracts read: `reflect-metadata` under legacy decorators, `Symbol.metadata` under
 * standard ones. Both under symbols of the global registry, so that two copies of this package see the same records.
 */
import 'reflect-metadata';
import type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';

/** Any method, whatever it takes and gives. */
export type AnyMethod = (...args: never[]) => unknown;

/** What `@RpcMethod` leaves behind. */
export interface MethodRecord {
  readonly property: string;
  readonly options: RpcMethodOptions;
  /** The method as the decorator found it; older copies of this package left it out. */
  readonly method?: AnyMethod;
}

/** What `@RpcService` leaves behind. */
export type ServiceRecord = Readonly<RpcServiceOptions>;

/** What one `@RpcUse` leaves behind. */
export interface UseRecord {
  /** The method that it is about; undefined for all of the class. */
  readonly property: string | undefined;
  readonly interceptors: readonly AnyMethod[];
}

/** Any class, whatever its constructor takes. */
export type AnyClass<T = object> = abstract new (...args: never[]) => T;

/**
 * A class whose constructor is private or protected, such as that of a singleton: its prototype alone tells what its
 * instances are. Mapped, so that a class that can be constructed tells it by its constructor, also if it is generic.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- to others it is a function and no more
export type SingletonClass<T = object> = Function & {
  readonly prototype: { readonly [K in keyof T]: T[K] };
} & (unknown extends T ? never : unknown);

const SERVICE = Symbol.for('rpcudp.service');
const METHODS = Symbol.for('rpcudp.methods');
const USES = Symbol.for('rpcudp.uses');

// Node has no Symbol.metadata yet, and without it compilers give standard decorators no metadata object. This is the
// symbol that esbuild and others fall back to.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata');

/** The `context.metadata` of standard decorators. It inherits from that of the base class. */
export type DecoratorMetadata = Record<PropertyKey, unknown>;

/** Records a method under standard decorators. */
export function recordInContext(metadata: DecoratorMetadata, record: MethodRecord): void {
  if (!Object.hasOwn(metadata, METHODS)) metadata[METHODS] = [];
  (metadata[METHODS] as MethodRecord[]).push(record);
}

/** Records a service under standard decorators. */
export function recordServiceInContext(metadata: DecoratorMetadata, record: ServiceRecord): void {
  metadata[SERVICE] = record;
}

/** Records a method under legacy decorators. */
export function recordOnPrototype(prototype: object, record: MethodRecord): void {
  const records = ownReflected(METHODS, prototype) as MethodRecord[] | undefined;
  if (records === undefined) Reflect.defineMetadata(METHODS, [record], prototype);
  else records.push(record);
}

/** Records a service under legacy decorators. */
export function recordOnClass(service: AnyClass, record: ServiceRecord): void {
  Reflect.defineMetadata(SERVICE, record, service);
}

/** Records interceptors under standard decorators. */
export function recordUseInContext(metadata: DecoratorMetadata, record: UseRecord): void {
  if (!Object.hasOwn(metadata, USES)) metadata[USES] = [];
  (metadata[USES] as UseRecord[]).push(record);
}

/** Records interceptors under legacy decorators. */
export function recordUseOnPrototype(prototype: object, record: UseRecord): void {
  const records = ownReflected(USES, prototype) as UseRecord[] | undefined;
  if (records === undefined) Reflect.defineMetadata(USES, [record], prototype);
  else records.push(record);
}

/**
 * What `@RpcUse` recorded in this very class. Decorators run from the one that stands nearest to the method outwards, so the last
 * one is the first that is read.
 */
export function ownUseRecords(service: AnyClass): readonly UseRecord[] {
  const records = ownReflected(USES, service.prototype as object) ?? ownMetadata(service, USES) ?? [];
  return (records as readonly UseRecord[]).toReversed();
}

/** The class and its base classes, the class first. */
export function lineage(service: AnyClass): AnyClass[] {
  const classes: AnyClass[] = [];
  for (
    let at: unknown = service;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    classes.push(at as AnyClass);
  }
  return classes;
}

/** What `@RpcService` recorded on this very class. */
export function ownServiceRecord(service: AnyClass): ServiceRecord | undefined {
  return (ownReflected(SERVICE, service) ?? ownMetadata(service, SERVICE)) as ServiceRecord | undefined;
}

/** What `@RpcMethod` recorded in this very class, in order. */
export function ownMethodRecords(service: AnyClass): readonly MethodRecord[] {
  const records = ownReflected(METHODS, service.prototype as object) ?? ownMetadata(service, METHODS) ?? [];
  return records as readonly MethodRecord[];
}

/** Whether legacy decorators have recorded methods of an object's class: compilers can record their types beside them. */
export function hasLegacyRecords(instance: object): boolean {
  return Reflect.getMetadata(METHODS, instance) !== undefined;
}

/** Stands for a type that is either of the two. */
export const NUMBER_OR_BIGINT = Symbol('number or bigint');

/**
 * The parameter types that `emitDecoratorMetadata` recorded for a method, if it did. Babel's plugin records `Number` for a
 * `bigint`, too. It is known by the return type, which it alone does not record.
 */
export function recordedParameterTypes(prototype: object, property: string): readonly unknown[] | undefined {
  const types = Reflect.getMetadata('design:paramtypes', prototype, property) as readonly unknown[] | undefined;
  if (types === undefined || Reflect.hasMetadata('design:returntype', prototype, property)) return types;
  return types.map((type) => (type === Number ? NUMBER_OR_BIGINT : type));
}

/** The type that `emitDecoratorMetadata` recorded for what a method returns, if it did; a promise's is `Promise`. */
export function recordedReturnType(prototype: object, property: string): unknown {
  return Reflect.getMetadata('design:returntype', prototype, property);
}

function ownReflected(key: symbol, target: object): unknown {
  return Reflect.getOwnMetadata(key, target);
}

function ownMetadata(service: AnyClass, key: symbol): unknown {
  const symbol = (Symbol as { metadata?: symbol }).metadata!;
  if (!Object.hasOwn(service, symbol)) return undefined;
  const metadata = (service as unknown as Record<symbol, DecoratorMetadata>)[symbol]!;
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}
