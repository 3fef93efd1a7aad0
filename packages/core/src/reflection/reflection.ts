import { RpcError } from '../errors.js';
import { REFLECTION_BYTES_MAX, REFLECTION_NAMES_MAX } from '../limits.js';
import { RpcMethod, RpcService } from '../service/decorators.js';
import { VERSION } from '../version.js';
import { describeService, type ServedService } from './describe.js';
import type { EndpointDescription, ServiceDescription } from './descriptions.js';

/** What {@link Reflection} tells about. */
export interface ReflectedEndpoint {
  readonly wires: readonly string[];
  /** What it serves now, in the order in which it was served. */
  readonly services: Iterable<ServedService>;
}

/**
 * Tells peers what an endpoint serves. An endpoint serves it with the option `reflection: true`, on the native wire; for a
 * client the class is enough:
 *
 * ```ts
 * const reflection = createClient(Reflection, endpoint.peer('127.0.0.1:1234'));
 * const services = await reflection.services().orThrow();
 * ```
 */
@RpcService({ name: 'rpcudp.Reflection', version: '1', doc: 'Tells what this endpoint serves.' })
export class Reflection {
  readonly #endpoint: ReflectedEndpoint;
  /** By name. Services come and stay as they are, so each is described once. */
  readonly #described = new Map<string, { readonly description: ServiceDescription; readonly bytes: number }>();

  /** Endpoints make it; clients need the class alone. */
  constructor(endpoint: ReflectedEndpoint) {
    this.#endpoint = endpoint;
  }

  /** The library, its version, and the wires that the endpoint speaks. */
  @RpcMethod({ delivery: 'idempotent', doc: 'The library, its version, and the wires that the endpoint speaks.' })
  about(): EndpointDescription {
    return { library: 'rpcudp', version: VERSION, wires: [...this.#endpoint.wires] };
  }

  /**
   * All services, this one included.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE` if that is more than a message holds.
   */
  @RpcMethod({ delivery: 'idempotent', doc: 'All services, this one included.' })
  services(): ServiceDescription[] {
    const described = [...this.#endpoint.services].map((served) => this.#describe(served));
    const bytes = described.reduce((sum, service) => sum + service.bytes, 0);
    if (bytes > REFLECTION_BYTES_MAX) {
      throw this.#withNames(
        'PAYLOAD_TOO_LARGE',
        `The descriptions of all services take ${bytes} bytes, and an answer has at most ${REFLECTION_BYTES_MAX}. ` +
          'Ask for one at a time with service(name).',
        { bytes, bytesMax: REFLECTION_BYTES_MAX },
      );
    }
    return described.map(({ description }) => description);
  }

  /**
   * One service.
   *
   * @throws RpcError `NOT_FOUND` if the endpoint does not serve it; `PAYLOAD_TOO_LARGE` if that is more than a message
   * holds.
   */
  @RpcMethod({ delivery: 'idempotent', doc: 'One service, by its name.' })
  service(name: string): ServiceDescription {
    for (const served of this.#endpoint.services) {
      if (served.contract.name !== name) continue;
      const { description, bytes } = this.#describe(served);
      if (bytes <= REFLECTION_BYTES_MAX) return description;
      throw new RpcError(
        'PAYLOAD_TOO_LARGE',
        `The description of ${name} takes ${bytes} bytes, and an answer has at most ${REFLECTION_BYTES_MAX}.`,
        { details: { bytes, bytesMax: REFLECTION_BYTES_MAX } },
      );
    }
    throw this.#withNames('NOT_FOUND', 'This endpoint serves no service of that name.');
  }

  #describe(served: ServedService): { readonly description: ServiceDescription; readonly bytes: number } {
    const { name } = served.contract;
    let described = this.#described.get(name);
    if (described === undefined) {
      const description = describeService(served);
      described = { description, bytes: Buffer.byteLength(JSON.stringify(description)) };
      this.#described.set(name, described);
    }
    return described;
  }

  /** An error that says which services there are: some in its message, all in its details if they fit there. */
  #withNames(code: 'NOT_FOUND' | 'PAYLOAD_TOO_LARGE', problem: string, details: object = {}): RpcError {
    const names = Array.from(this.#endpoint.services, ({ contract }) => contract.name);
    const more = names.length > REFLECTION_NAMES_MAX ? ` and ${names.length - REFLECTION_NAMES_MAX} more` : '';
    const message = `${problem} There are: ${names.slice(0, REFLECTION_NAMES_MAX).join(', ')}${more}.`;
    return new RpcError(code, message, { details: { ...details, services: names } });
  }
}
