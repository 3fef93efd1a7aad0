import type { Address } from '../address.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import type { RpcPeer } from '../channel.js';
import { RpcError } from '../errors.js';
import { expectedMillis, isMillis } from '../durations.js';
import { inspectOption } from '../inspect-option.js';
import type { EndpointHealth } from '../health/endpoint-health.js';
import { DRAIN_TIMEOUT_MS_DEFAULT, GRACE_MS_DEFAULT } from '../limits.js';
import type { ServiceDefinition } from '../service/contract.js';
import type { DrainReport } from './draining.js';
import type { EndpointDriver } from './endpoint-driver.js';
import { serviceOf, type ServeOptions, type ServiceInstance } from '../serving/serve.js';
import type { EndpointStats } from '../reporting/stats.js';

/** What {@link RpcEndpoint.close} takes. */
export interface CloseOptions {
  /** How long running handlers may take to finish, in milliseconds, before they are aborted. Default: 5,000. */
  readonly graceMs?: number;
}

/** What {@link RpcEndpoint.drain} takes. */
export interface DrainOptions {
  /** How long it may take, in milliseconds. Default: 20,000. */
  readonly timeoutMs?: number;
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

  /**
   * How its services are, for `rpcudp.Health`: the program says so here, and peers can ask if it was bound with `health: true`.
   */
  get health(): EndpointHealth {
    return this.driver.health;
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
   * Prepares for `close()` so that no call is lost. From now on calls of peers that begin, and those that have not arrived whole, are
   * refused with `UNAVAILABLE`, `executed: 'no'`, so that another server can be asked at once. Calls that run are finished, and
   * their replies arrive; copies of calls that ran are answered as before, not refused. Streams go on until they end, or the
   * time is over: then they are ended with `UNAVAILABLE`. Calls of this endpoint's own go on, and more can be made.
   *
   * What cannot be refused is served until the endpoint closes: calls on the rpcudp wire, and those that want no answer. So are
   * the services that tell of the endpoint itself, such as `rpcudp.Reflection`, for which nothing waits.
   *
   * Resolves when nothing is left, or after `timeoutMs`, or with `close()`. Draining twice is draining once: the first call's time
   * counts. There is no way back.
   *
   * @returns What was left.
   * @throws RpcError `INVALID_ARGUMENT`
   */
  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    return this.driver.drain(drainMsOf(options));
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

/** The time to drain in. @throws RpcError `INVALID_ARGUMENT` */
export function drainMsOf({ timeoutMs = DRAIN_TIMEOUT_MS_DEFAULT }: DrainOptions): number {
  if (isMillis(timeoutMs, 0)) return timeoutMs;
  throw new RpcError('INVALID_ARGUMENT', `timeoutMs must be ${expectedMillis(0)}, not ${inspectOption(timeoutMs)}.`);
}

/** The grace time to close with. @throws RpcError `INVALID_ARGUMENT` */
export function graceMsOf({ graceMs = GRACE_MS_DEFAULT }: CloseOptions): number {
  if (isMillis(graceMs, 0)) return graceMs;
  throw new RpcError('INVALID_ARGUMENT', `graceMs must be ${expectedMillis(0)}, not ${inspectOption(graceMs)}.`);
}
