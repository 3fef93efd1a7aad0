import { createClient } from '@rpcudp/client';
import { RpcError, type Logger, type RpcCall } from '@rpcudp/core';
import type { ServiceDefinition } from '@rpcudp/core/service';
import { UdpEndpoint } from '@rpcudp/udp';
import type { Call } from './calls.ts';
import { told } from './told.ts';

/** What became of a service under one toolchain. */
export interface Report {
  /** By method: the names of what the compiler recorded as the types of its parameters. */
  readonly recorded: Record<string, string>;
  /** The parameters whose recorded types serve() doubts. */
  readonly doubted: string;
  /** By title of the call: what the handler told, or the code of the error. */
  readonly answers: Record<string, string>;
}

/** Serves a service, and calls it over UDP. */
export async function reportOf<S extends object>(
  service: ServiceDefinition<S>,
  instance: S,
  calls: readonly Call[],
): Promise<Report> {
  const doubts: string[] = [];
  const server = await UdpEndpoint.bind({ host: '127.0.0.1', logger: loggerOf(doubts) });
  const client = await UdpEndpoint.bind({ host: '127.0.0.1' });
  try {
    serve(server, service, instance);
    const stub = createClient(service, client.peer(`127.0.0.1:${server.address.port}`));
    const answers: Record<string, string> = {};
    for (const [title, method, ...args] of calls) answers[title] = await answer(stub, method, args);
    return { recorded: recordedOf(service), doubted: doubts.join(' '), answers };
  } finally {
    await client.close();
    await server.close();
  }
}

function serve<S extends object>(server: UdpEndpoint, service: ServiceDefinition<S>, instance: S): void {
  if (typeof service === 'function') server.serve(instance);
  else server.serve(service, instance);
}

async function answer(stub: object, method: string, args: readonly unknown[]): Promise<string> {
  const remote = (stub as Record<string, (...args: readonly unknown[]) => RpcCall<unknown>>)[method];
  try {
    const value = await remote?.(...args).orThrow();
    return typeof value === 'string' ? value : told(value);
  } catch (error) {
    return error instanceof RpcError ? error.code : String(error);
  }
}

function recordedOf(service: unknown): Record<string, string> {
  if (typeof service !== 'function') return {};
  const { getMetadata } = Reflect as unknown as { getMetadata(key: string, ...at: unknown[]): unknown };
  const prototype = service.prototype as object;
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  const recorded = methods.map((name) => [name, getMetadata('design:paramtypes', prototype, name)] as const);
  return Object.fromEntries(
    recorded.filter(([, types]) => Array.isArray(types)).map(([name, types]) => [name, nameOf(types)]),
  );
}

function nameOf(type: unknown): string {
  if (Array.isArray(type)) return type.map(nameOf).join(', ');
  return typeof type === 'function' ? type.name : typeof type;
}

function loggerOf(doubts: string[]): Logger {
  const ignored = (): void => undefined;
  return {
    debug: ignored,
    info: ignored,
    warn: (_line, { event, parameters }) => {
      if (event === 'types-doubted') doubts.push(String(parameters));
    },
    error: ignored,
  };
}
