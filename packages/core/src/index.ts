/**
 * @packageDocumentation
 * The core of rpcudp: what services and their callers are written with. What few programs name is behind other doors:
 * `@rpcudp/core/security` for identities, `/service` for contracts, `/reflection` for descriptions of what is served, `/endpoint` for edges, transports
 * and the rest of the types in signatures, `/testing` for the simulated network.
 */
export { RpcMethod, RpcService } from './service/decorators.js';
export { defineService } from './service/define-service.js';
export type { ServiceContract } from './service/contract.js';
export type { ServiceGuards } from './service/service-guards.js';
export type { Delivery } from './delivery.js';
export { rpcContext, type RpcContext } from './context.js';
export { RpcError, type RpcErrorCode } from './errors.js';
export { PendingCall, RpcCall, type Reply } from './reply.js';
export { RpcStream } from './stream.js';
export type { CallOptions, RpcChannel, RpcPeer } from './channel.js';
export { formatAddress, type Address } from './address.js';
export type { Codec } from './codec/codec.js';
export { extensionType } from './codec/extension.js';
export { messagePack } from './codec/messagepack.js';
export { Reflection } from './reflection/reflection.js';
export type { Logger } from './reporting/log.js';
export type { EndpointStats } from './reporting/stats.js';
export type { WireName } from './engine/engine.js';
