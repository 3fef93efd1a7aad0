import { inspectOption } from '../inspect-option.js';
import { RpcError } from '../errors.js';
import type { HealthStatus, SettableStatus } from './health-status.js';
import type { HealthSource } from './health.js';

/**
 * How the services of an endpoint are, and the endpoint as a whole, whose name is `''`. What is served is `SERVING` unless the
 * program says something else; with `drain()` everything is `NOT_SERVING` for good. Peers can ask if the endpoint serves
 * `rpcudp.Health`: `bind({ health: true })`.
 */
export interface EndpointHealth {
  /**
   * Says how a service is. It need not be served: whatever peers may ask for can have a state, such as a queue behind several
   * services. The state of the endpoint as a whole is its own: those of services leave it alone.
   *
   * @param service Its name; `''` for the endpoint as a whole.
   * @throws RpcError `INVALID_ARGUMENT`
   */
  set(service: string, status: SettableStatus): void;

  /** How a service is now; of the endpoint as a whole by default. */
  status(service?: string): HealthStatus;
}

const SETTABLE: readonly string[] = ['SERVING', 'NOT_SERVING'] satisfies SettableStatus[];

/** Keeps what a program says of its services, and wakes those who watch it. */
export class HealthStates implements EndpointHealth, HealthSource {
  readonly #serves: (service: string) => boolean;
  /** What the program has said. */
  readonly #said = new Map<string, SettableStatus>();
  readonly #watchers = new Set<() => void>();
  #draining = false;

  /** @param serves Tells whether a service is served now. */
  constructor(serves: (service: string) => boolean) {
    this.#serves = serves;
  }

  set(service: string, status: SettableStatus): void {
    if (typeof service !== 'string')
      throw new RpcError('INVALID_ARGUMENT', `service must be a name, not ${inspectOption(service)}.`);
    if (!SETTABLE.includes(status)) {
      const problem = `status must be 'SERVING' or 'NOT_SERVING', not ${inspectOption(status)}.`;
      throw new RpcError('INVALID_ARGUMENT', problem);
    }
    this.#said.set(service, status);
    this.changed();
  }

  status(service = ''): HealthStatus {
    const said = this.#said.get(service);
    if (said === undefined && service !== '' && !this.#serves(service)) return 'SERVICE_UNKNOWN';
    return this.#draining ? 'NOT_SERVING' : (said ?? 'SERVING');
  }

  /** Everything is `NOT_SERVING` from now on. */
  drain(): void {
    this.#draining = true;
    this.changed();
  }

  /** Something may have another state: what is served, too, is one. */
  changed(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Resolves with the next change, whatever it is of, or when the signal is aborted. */
  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        this.#watchers.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.#watchers.add(look);
      signal.addEventListener('abort', look, { once: true });
      if (signal.aborted) look();
    });
  }
}
