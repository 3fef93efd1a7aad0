import type { Address } from '../address.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import type { RpcPeer } from '../channel.js';
import { RpcError } from '../errors.js';
import { expectedMillis, isMillis } from '../durations.js';
import { inspectOption } from '../inspect-option.js';
import { GRACE_MS_DEFAULT } from '../limits.js';
import type { ServiceDefinition } from '../service/contract.js';
import type { EndpointDriver } from './endpoint-driver.js';
import { serviceOf, type ServeOptions, type ServiceInstance } from '../serving/serve.js';
import type { EndpointStats } from '../reporting/stats.js';

/** What {@link RpcEndpoint.close} takes. */
export interface CloseOptions {
  /** How long running handlers may take to finish, in milliseconds, before they are aborted. Default: 5,000. */
  readonly graceMs?: number;
}

/** What all endpoints can do, whatever carries their datagrams. */
export abstract class RpcEndpoint implements AsyncDisposable {
  /** What runs it: for edges. Public, for a protected member would make the endpoints of two copies two types. */
  readonly driver: EndpointDriver;

  protected constructor(driver: EndpointDriver) {
    this.driver = driver;
  }

  /**
   * Serves the remote methods of an object, from the next datagram on: an instance of a class decorated with
   * `@RpcService`, or any object together with its contract: what `defineService` gave, or a decorated class.
   *
   * @throws RpcError `INVALID_SERVICE` if the class is not decorated, the object lacks a method, a parameter is of a type
   * that cannot travel, a name is served already, or the guards are not those of the service; `CLOSED` after `close()`.
   */
  serve(instance: ServiceInstance, options?: ServeOptions): void;
  serve<S extends object>(contract: ServiceDefinition<S>, implementation: S, options?: ServeOptions): void;
  serve(first: object, ...others: [second?: object, third?: object]): void {
    this.driver.serve(serviceOf(first, others));
  }

  /** Where it is bound. */
  abstract get address(): Address;

  /**
   * A channel to a peer. Costs little and sends nothing. Some endpoints take more forms of an address.
   *
   * @throws RpcError `INVALID_ARGUMENT` if the endpoint does not speak the wire, `FAILED_PRECONDITION` if that wire cannot wait
   * for a peer.
   */
  abstract peer(address: Address, options?: PeerOptions): RpcPeer;

  /** Counters since the endpoint was bound. */
  stats(): EndpointStats {
    return this.driver.stats();
  }

  /**
   * Closes the endpoint: stops accepting, lets running handlers finish up to `graceMs`, then aborts those that are left,
   * and ends pending calls with `CLOSED`. Nothing is left that keeps the process alive. Closing twice is closing once.
   */
  abstract close(options?: CloseOptions): Promise<void>;

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The grace time to close with. @throws RpcError `INVALID_ARGUMENT` */
export function graceMsOf({ graceMs = GRACE_MS_DEFAULT }: CloseOptions): number {
  if (isMillis(graceMs, 0)) return graceMs;
  throw new RpcError('INVALID_ARGUMENT', `graceMs must be ${expectedMillis(0)}, not ${inspectOption(graceMs)}.`);
}
