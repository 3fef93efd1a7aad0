/**
 * @packageDocumentation
 * Binds rpcudp to `node:dgram`: one endpoint serves and calls over one socket.
 */
export { UdpEndpoint } from './udp-endpoint.js';
export type { PeerOptions } from '@rpcudp/core/endpoint';
export type { UdpEndpointOptions } from './options.js';
export type { HostAndPort } from './address.js';
export type { FoundAddress, Lookup, LookupCallback, LookupOptions, LookupResult } from './lookup.js';
export type { SocketBuffers } from './udp-socket.js';
