import { formatAddress, type Address } from '../address.js';
import { EndpointDriver } from '../endpoint/endpoint-driver.js';
import type { DriverOptions } from '../endpoint/engines.js';
import { driverOptions, type EndpointOptions } from '../endpoint/options.js';
import type { EndpointPorts } from '../ports.js';
import { DEFAULT_CONDITIONS, withConditions, type NetworkConditions } from './conditions.js';
import { SeededRandom } from './random.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedEndpoint } from './simulated-endpoint.js';
import { SimulatedPath } from './simulated-path.js';
import { SimulatedSocket } from './simulated-socket.js';

/**
 * A network in memory, with its own clock: endpoints on it are the production ones but for the socket, and every run
 * with the same seed is the same run. Nothing happens until time is let pass with `advance` or `until`.
 */
export class SimulatedNetwork {
  readonly clock = new SimulatedClock();
  /** Sees every datagram as it is sent, before the network does anything to it. */
  tap: ((datagram: Uint8Array, to: Address, from: Address) => void) | undefined;
  readonly #random: SeededRandom;
  readonly #sockets = new Map<string, SimulatedSocket>();
  /** The ways that have been taken, by both addresses. */
  readonly #paths = new Map<string, SimulatedPath>();
  #conditions: Required<NetworkConditions>;
  #lastPort = 10_000;
  #dropNext = 0;

  /** @throws RpcError `INVALID_ARGUMENT` for a condition out of range */
  constructor(conditions: NetworkConditions = {}) {
    this.#conditions = withConditions({ ...DEFAULT_CONDITIONS, beginsAt: Date.now() }, conditions);
    this.#random = new SeededRandom(this.#conditions.seed);
  }

  /** How datagrams are treated now. */
  get conditions(): Required<NetworkConditions> {
    return this.#conditions;
  }

  /**
   * Changes the conditions for datagrams that are sent from now on; what is not named stays.
   *
   * @throws RpcError `INVALID_ARGUMENT` for a condition out of range
   */
  change(conditions: Omit<NetworkConditions, 'seed' | 'beginsAt'>): void {
    this.#conditions = withConditions(this.#conditions, conditions);
  }

  /**
   * Binds an endpoint.
   *
   * @param options As for `UdpEndpoint.bind`; the host is `'10.0.0.1'` and the port a free one unless stated.
   * @param edge What it has of the world beside what the network gives: for tests of endpoints that share a port.
   * @throws RpcError `ADDRESS_IN_USE` or `INVALID_ARGUMENT`; `FAILED_PRECONDITION` if it has security, and `loadCrypto()` of
   * `@rpcudp/core/security` was not awaited before
   */
  bind(
    options: EndpointOptions & Partial<Address> = {},
    edge: Pick<EndpointPorts, 'shared' | 'place'> = {},
  ): SimulatedEndpoint {
    const checked = driverOptions(options);
    const address = { host: options.host ?? '10.0.0.1', port: options.port ?? (this.#lastPort += 1) };
    const world = { clock: this.clock, beginsAt: this.#conditions.beginsAt, random: this.#random, carry: this.#carry };
    const socket = new SimulatedSocket(world, this.#sockets, address);
    const driver = driverOn(socket, { ...socket.ports, ...edge }, checked);
    socket.receive = (datagram, from) => driver.receive(datagram, from);
    return new SimulatedEndpoint(driver, socket);
  }

  /** Loses the next datagrams, whoever sends them. */
  dropNext(count = 1): void {
    this.#dropNext += count;
  }

  /** Cuts an endpoint off: what is sent to it or by it is lost, and so is what is on its way. It does not notice. */
  disconnect(endpoint: SimulatedEndpoint): void {
    this.#socketOf(endpoint).connected = false;
  }

  /** Ends what {@link disconnect} began. */
  connect(endpoint: SimulatedEndpoint): void {
    this.#socketOf(endpoint).connected = true;
  }

  /**
   * Suspends the machine of an endpoint, as a laptop that is closed: no timer goes off, and what is sent to it is lost. Both
   * clocks go on, as those of an endpoint on a socket do.
   */
  sleep(endpoint: SimulatedEndpoint): void {
    this.#socketOf(endpoint).sleep();
  }

  /** Ends what {@link sleep} began: what was due meanwhile happens at once. */
  wake(endpoint: SimulatedEndpoint): void {
    this.#socketOf(endpoint).wake();
  }

  /** Delivers bytes as if they had been sent from an address, which need not exist. */
  inject(datagram: Uint8Array, from: Address, to: Address): void {
    const socket = this.#sockets.get(formatAddress(to));
    // A copy, for the receiver may decrypt it in place.
    if (socket?.connected === true && !socket.asleep) socket.receive(datagram.slice(), from);
  }

  /** Lets time pass. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /**
   * Lets time pass until a call, or any promise, has ended, and gives what came of it.
   *
   * @throws what the promise rejects with, or an Error if it can never end because nothing is left to happen.
   */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    const state = { ended: false };
    const outcome = Promise.resolve(promise).finally(() => (state.ended = true));
    outcome.catch(() => undefined);
    await this.clock.advance(0);
    while (!state.ended && (await this.clock.step()));
    if (!state.ended)
      throw new Error('Nothing is left to happen on the simulated network, and the promise has not ended.');
    return outcome;
  }

  readonly #carry = (datagram: Uint8Array, socket: SimulatedSocket, to: Address): void => {
    // It may move on while this is on its way.
    const from = socket.address;
    this.tap?.(datagram, to, from);
    if (this.#dropNext > 0) {
      this.#dropNext -= 1;
      return;
    }
    if (!socket.connected) return;
    const delays = this.#path(from, to).delays(datagram.length, this.clock.now, this.#conditions);
    for (const delayMs of delays) {
      const bytes = datagram.slice();
      this.clock.setTimer(delayMs, () => {
        if (socket.connected) this.inject(bytes, from, to);
      });
    }
  };

  #path(from: Address, to: Address): SimulatedPath {
    const key = `${formatAddress(from)}>${formatAddress(to)}`;
    let path = this.#paths.get(key);
    if (path === undefined) this.#paths.set(key, (path = new SimulatedPath(this.#random)));
    return path;
  }

  /** @throws TypeError if the endpoint is closed, or of another network */
  #socketOf({ address }: SimulatedEndpoint): SimulatedSocket {
    const socket = this.#sockets.get(formatAddress(address));
    if (socket === undefined) throw new TypeError(`Nothing is bound at ${formatAddress(address)} on this network.`);
    return socket;
  }
}

/** @throws RpcError `FAILED_PRECONDITION`; nothing is bound then */
function driverOn(socket: SimulatedSocket, ports: EndpointPorts, options: DriverOptions): EndpointDriver {
  try {
    return new EndpointDriver(ports, options);
  } catch (error) {
    socket.close();
    throw error;
  }
}
