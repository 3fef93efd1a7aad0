/** What spans and metrics are called: the semantic conventions for RPC of OpenTelemetry, version 1.45, and what they leave open. */
import type { RpcErrorCode } from '@rpcudp/core';
import type { TracedMessage } from '@rpcudp/core/endpoint';
import type { Attributes } from '@opentelemetry/api';

/** Whose names and attributes these are. */
export const SCOPE = '@rpcudp/opentelemetry';
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';
const SYSTEM = 'rpcudp';

/**
 * Bounds of the buckets of durations, in seconds: those of the conventions, and below them what calls on one machine and within a
 * data centre take, which would all fall into the first.
 */
export const DURATION_BUCKETS: readonly number[] = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025],
  ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
];

/**
 * Codes that are faults of the server that answers with them: those of gRPC, and `CLOSED`. Others are the caller's affair. To the
 * caller each code but `OK` is an error.
 */
const SERVER_ERRORS: ReadonlySet<string> = new Set<RpcErrorCode>([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'CLOSED',
]);

export function isServerError({ code }: TracedMessage): boolean {
  return SERVER_ERRORS.has(code ?? 'OK');
}

/** Of spans, at their start, on either side. */
export function spanAttributes(message: TracedMessage): Attributes {
  return {
    'rpc.system.name': SYSTEM,
    'rpc.method': message.name,
    'network.transport': 'udp',
    ...(message.wire === undefined ? {} : { 'rpcudp.wire': message.wire }),
  };
}

/** Where a call goes. Of spans alone: there may be as many peers as the network has addresses. */
export function serverAttributes({ remote }: TracedMessage): Attributes {
  const { host, port } = split(remote);
  return { 'server.address': host, ...(port === undefined ? {} : { 'server.port': port }) };
}

/** Where a call came from, which says nothing of who it is. Of spans alone, for the same reason. */
export function callerAttributes({ remote }: TracedMessage): Attributes {
  const { host, port } = split(remote);
  return { 'network.peer.address': host, ...(port === undefined ? {} : { 'network.peer.port': port }) };
}

/** How a call ended, for spans and metrics. */
export function endAttributes({ code = 'OK' }: TracedMessage, isError: boolean): Attributes {
  return { 'rpc.status_code': code, ...(isError ? { 'error.type': code } : {}) };
}

/** Of metrics: few, and none that a stranger chooses. */
export function metricAttributes(message: TracedMessage, isError: boolean): Attributes {
  return { 'rpc.system.name': SYSTEM, 'rpc.method': message.name, ...endAttributes(message, isError) };
}

function split(remote: string): { readonly host: string; readonly port?: number } {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(remote) ?? [];
  return host === undefined ? { host: remote } : { host, port: Number(port) };
}
