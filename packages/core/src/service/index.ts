/**
 * @packageDocumentation
 * Contracts: what both sides know about a service, and the types that decorators, `defineService` and guards speak of. For
 * those who make clients, transports or tools.
 */
export { contractOf, type MethodContract, type ServiceDefinition } from './contract.js';
export { answersMany, takesMany, type MethodShape, type StreamSides } from '../shape.js';
export type { RemoteMethodName } from './define-service.js';
export type { RpcMethodDecorator, RpcServiceDecorator } from './decorators.js';
export type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';
export type { AnyClass, SingletonClass } from './metadata.js';
export type { ReservedMethodName } from './names.js';
export type { MethodGuards, ParameterDescription } from './service-guards.js';
