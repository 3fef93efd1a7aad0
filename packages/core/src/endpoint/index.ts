/**
 * @packageDocumentation
 * The endpoint without its edge: what `@rpcudp/udp` binds to a socket and `@rpcudp/core/testing` to a simulated network.
 * For those who write another edge; its shape may change with any minor version.
 */
export { EndpointDriver } from './endpoint-driver.js';
export type { DriverOptions } from './engines.js';
export { driverOptions, type EndpointOptions } from './options.js';
export type { ChannelOptions, PeerOptions } from '../calling/endpoint-channel.js';
export type { Destination, NamedPeer } from '../calling/destination.js';
export type {
  CallHandle,
  Engine,
  EngineOutput,
  IncomingRequest,
  Millis,
  OutgoingCall,
  RandomBytes,
  WireMethod,
} from '../engine/engine.js';
export type { EndpointPorts, Transmit } from '../ports.js';
export { RpcEndpoint, graceMsOf, type CloseOptions } from './rpc-endpoint.js';
export type { ServeOptions, ServiceInstance } from '../serving/serve.js';
export type { ServedService } from '../reflection/describe.js';
export { checkSignal } from '../calling/check-options.js';
export { DATAGRAM_BYTES_MAX, SOCKET_BUFFER_BYTES_DEFAULT, SOCKET_BUFFER_BYTES_MAX } from '../limits.js';
