import { createClient, orThrow, type OrThrow } from '@rpcudp/client';
import { Reflection, RpcError } from '@rpcudp/core';
import type { MethodDescription, ServiceDescription } from '@rpcudp/core/reflection';
import type { Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { failureOf, silence, type Target } from '../rpc-failure.js';

/** How the names of the library's own services begin. */
const LIBRARY = 'rpcudp.';

/** Services of an endpoint, or one method of one. */
export type Described =
  ServiceDescription | { readonly service: ServiceDescription; readonly method: MethodDescription };

/** Asks an endpoint what it serves, and says what to do where it does not tell. */
export class Reflected {
  readonly #client: OrThrow<Reflection>;
  readonly #target: Target;
  readonly #timeoutMs: number;

  constructor({ channel, target }: Connection, timeoutMs: number) {
    this.#client = orThrow(createClient(Reflection, channel, { timeoutMs }));
    this.#target = target;
    this.#timeoutMs = timeoutMs;
  }

  /** All services, those of the library last. */
  async services(): Promise<readonly ServiceDescription[]> {
    const services = await this.#allServices();
    const isOwn = ({ name }: ServiceDescription): boolean => !name.startsWith(LIBRARY);
    return [...services.filter(isOwn), ...services.filter((service) => !isOwn(service))];
  }

  /** One by one where they do not fit one answer. */
  async #allServices(): Promise<readonly ServiceDescription[]> {
    try {
      return await this.#client.services();
    } catch (error) {
      const names = RpcError.is(error) && error.code === 'PAYLOAD_TOO_LARGE' ? namesIn(error) : undefined;
      if (names === undefined) throw this.#explained(error);
      const services: ServiceDescription[] = [];
      for (const name of names) services.push(await this.#service(name));
      return services;
    }
  }

  /** The service of that name, or the method: `Service.method`, whose last dot separates. */
  async find(name: string): Promise<Described> {
    const dot = name.lastIndexOf('.');
    try {
      return await this.#client.service(name);
    } catch (error) {
      const isUnknown = RpcError.is(error) && error.code === 'NOT_FOUND';
      if (!isUnknown || dot < 1) throw this.#explained(error, name);
    }
    const service = await this.#service(name.slice(0, dot));
    const method = service.methods.find((each) => each.name === name.slice(dot + 1));
    if (method !== undefined) return { service, method };
    const names = service.methods.map((each) => each.name);
    throw absent(`${service.name} at ${this.#target.address} has no method ${name.slice(dot + 1)}`, names);
  }

  async #service(name: string): Promise<ServiceDescription> {
    try {
      return await this.#client.service(name);
    } catch (error) {
      throw this.#explained(error, name);
    }
  }

  #explained(error: unknown, service?: string): unknown {
    if (!RpcError.is(error)) return error;
    const names = service !== undefined && error.code === 'NOT_FOUND' ? namesIn(error) : undefined;
    if (names !== undefined) return absent(`${this.#target.address} serves no ${service}`, names, error);
    if (error.code === 'DEADLINE_EXCEEDED' && error.origin === 'local') return silence(this.#target, this.#timeoutMs);
    if (error.code !== 'UNIMPLEMENTED') return failureOf(error, this.#target);
    return new CommandFailure(
      ExitCode.refused,
      `${this.#target.address} does not tell what it serves. Bind it with UdpEndpoint.bind({ reflection: true }), ` +
        'or call a method whose name you know with: rpcudp call',
      { fields: { code: error.code, executed: error.executed }, cause: error },
    );
  }
}

/** The failure for a name that is not there. */
function absent(problem: string, names: readonly string[], cause?: RpcError): CommandFailure {
  const message = `${problem}. There are: ${names.join(', ')}`;
  return new CommandFailure(ExitCode.refused, message, { fields: { code: 'NOT_FOUND' }, cause });
}

/** The names of the services that an error lists, where it does. */
function namesIn({ details }: RpcError): readonly string[] | undefined {
  const names = (details as { readonly services?: unknown } | null | undefined)?.services;
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
}
