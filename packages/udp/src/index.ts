/**
 * @packageDocumentation
 * Binds rpcudp to `node:dgram`: one endpoint serves and calls over one socket.
 */
export { UdpEndpoint, type PeerOptions, type UdpEndpointOptions } from './udp-endpoint.js';
export type { HostAndPort } from './address.js';
export type { Lookup } from './resolve.js';
export type { SocketBuffers } from './udp-socket.js';
