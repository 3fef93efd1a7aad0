import { rpcContext } from '../context.js';
import { RpcError } from '../errors.js';
import { HEALTH_WATCHERS_MAX } from '../limits.js';
import { RpcMethod, RpcService } from '../service/decorators.js';
import type { HealthStatus } from './health-status.js';

/** What {@link Health} tells of. */
export interface HealthSource {
  /** How a service is now. */
  status(service: string): HealthStatus;
  /** Resolves with the next change, whatever it is of, or when the signal is aborted. */
  nextChange(signal: AbortSignal): Promise<void>;
}

/**
 * Tells whether an endpoint, or a service of it, can be called, with the words of gRPC's health protocol. An endpoint serves it with
 * the option `health: true`, on the native wire; for a client the class is enough:
 *
 * ```ts
 * const health = createClient(Health, endpoint.peer('127.0.0.1:1234'));
 * const status = await health.check('Orders').orThrow();
 * for await (const status of health.watch('Orders')) console.log(status);
 * ```
 */
@RpcService({ name: 'rpcudp.Health', version: '1', doc: 'Tells whether this endpoint can be called.' })
export class Health {
  readonly #states: HealthSource;
  #watchers = 0;

  /** Endpoints make it; clients need the class alone. */
  constructor(states: HealthSource) {
    this.#states = states;
  }

  /** How a service is now; without a name, how the endpoint is as a whole. */
  @RpcMethod({ delivery: 'idempotent', doc: 'How a service is now; without a name, the endpoint as a whole.' })
  check(service = ''): HealthStatus {
    return this.#states.status(service);
  }

  /**
   * The same at once, and then whenever it has changed. A reader who is slow gets the latest: states in between are left out. Ends
   * with `UNAVAILABLE` when the endpoint closes, or is gone.
   *
   * @throws RpcError `RESOURCE_EXHAUSTED` if 1,024 watch already.
   */
  @RpcMethod({ delivery: 'idempotent', stream: true, doc: 'The same at once, and then whenever it has changed.' })
  async *watch(service = ''): AsyncGenerator<HealthStatus, void> {
    const { signal } = rpcContext();
    this.#admit();
    try {
      let told: HealthStatus | undefined;
      while (!signal.aborted) {
        const status = this.#states.status(service);
        if (status === told) await this.#states.nextChange(signal);
        else yield (told = status);
      }
    } finally {
      this.#watchers -= 1;
    }
  }

  #admit(): void {
    if (this.#watchers >= HEALTH_WATCHERS_MAX) {
      const message = `${HEALTH_WATCHERS_MAX} watch this endpoint already, which is as many as may. Use check() from time to time.`;
      throw new RpcError('RESOURCE_EXHAUSTED', message);
    }
    this.#watchers += 1;
  }
}
