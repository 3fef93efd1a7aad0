/**
 * @packageDocumentation
 * The core of rpcudp: service decorators and contracts, values and their codec, calls and replies, errors, and the
 * protocol engines that `@rpcudp/udp` drives over a socket.
 */
export { RpcMethod, RpcService, type RpcMethodDecorator, type RpcServiceDecorator } from './service/decorators.js';
export { defineService, type RemoteMethodName } from './service/define-service.js';
export { contractOf, type MethodContract, type ServiceContract, type ServiceDefinition } from './service/contract.js';
export type { AnyClass } from './service/metadata.js';
export type { RpcMethodOptions, RpcServiceOptions } from './service/method-options.js';
export type { ReservedMethodName } from './service/names.js';
export type { MethodGuards, ParameterDescription, ServiceGuards } from './service/service-guards.js';
export { Reflection, type ReflectedEndpoint } from './reflection/reflection.js';
export type { ServedService } from './reflection/describe.js';
export type { EndpointDescription, MethodDescription, ServiceDescription } from './reflection/descriptions.js';
export type { ServeOptions, ServiceInstance } from './serving/serve.js';
export { rpcContext, type RpcContext } from './context.js';
export { PendingCall, RpcCall, type Reply } from './reply.js';
export {
  RPC_ERROR_CODES,
  RpcError,
  type ErrorOrigin,
  type Executed,
  type RpcErrorCode,
  type RpcErrorOptions,
} from './errors.js';
export type { CallOptions, ReadyOptions, RpcChannel, RpcPeer } from './channel.js';
export { formatAddress, type Address } from './address.js';
export type { Codec } from './codec/codec.js';
export { extensionType, type ExtensionType } from './codec/extension.js';
export { messagePack, type MessagePackOptions } from './codec/messagepack.js';
export type { Logger, LogLevel } from './reporting/log.js';
export type { LogEvent, LogFields } from './reporting/log-fields.js';
export type { EndpointStats } from './reporting/stats.js';
export type { CallOutcome, DropReason, PeerStats, WireName } from './engine/engine.js';
export type { Delivery } from './delivery.js';
export type { MethodShape } from './shape.js';
