/**
 * @packageDocumentation
 * The same services and the same typed clients over an existing NATS: {@link serveNats} and {@link natsChannel}. What goes over
 * the wire is in `docs/nats.md`.
 */
export { natsDiscovery, type NatsDiscovery, type NatsDiscoveryOptions, type NatsTarget } from './discovery.js';
export { natsChannel, type NatsChannel, type NatsChannelOptions } from './nats-channel.js';
export type { NatsOptions } from './options.js';
export { serveNats, type NatsService, type ServeNatsOptions } from './serve-nats.js';
