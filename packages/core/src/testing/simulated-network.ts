import { formatAddress, type Address } from '../address.js';
import { EndpointDriver } from '../endpoint/endpoint-driver.js';
import { driverOptions, type EndpointOptions } from '../endpoint/options.js';
import type { Transmit } from '../endpoint/ports.js';
import { RpcError } from '../errors.js';
import { SeededRandom } from './random.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedEndpoint } from './simulated-endpoint.js';

/** How a {@link SimulatedNetwork} treats datagrams. */
export interface NetworkConditions {
  /** Decides everything that is random. Default: 1. */
  readonly seed?: number;
  /** Time from one side to the other, in milliseconds. Default: 1. */
  readonly latencyMs?: number;
  /** Up to so much more, at random, in milliseconds; what makes datagrams overtake each other. Default: 0. */
  readonly jitterMs?: number;
  /** Share of datagrams that are lost, from 0 to 1. Default: 0. */
  readonly loss?: number;
  /** Share of datagrams that arrive twice, from 0 to 1. Default: 0. */
  readonly duplication?: number;
}

/**
 * A network in memory, with its own clock: endpoints on it are the production ones but for the socket, and every run
 * with the same seed is the same run. Nothing happens until time is let pass with `advance` or `until`.
 */
export class SimulatedNetwork {
  readonly clock = new SimulatedClock();
  /** Sees every datagram as it is sent, before the network does anything to it. */
  tap: ((datagram: Uint8Array, to: Address, from: Address) => void) | undefined;
  readonly #conditions: Required<NetworkConditions>;
  readonly #random: SeededRandom;
  readonly #drivers = new Map<string, EndpointDriver>();
  #lastPort = 10_000;
  #dropNext = 0;

  constructor(conditions: NetworkConditions = {}) {
    this.#conditions = { seed: 1, latencyMs: 1, jitterMs: 0, loss: 0, duplication: 0, ...conditions };
    this.#random = new SeededRandom(this.#conditions.seed);
  }

  /**
   * Binds an endpoint.
   *
   * @param options As for `UdpEndpoint.bind`; the host is `'10.0.0.1'` and the port a free one unless stated.
   * @throws RpcError `ADDRESS_IN_USE` or `INVALID_ARGUMENT`
   */
  bind(options: EndpointOptions & Partial<Address> = {}): SimulatedEndpoint {
    const address = { host: options.host ?? '10.0.0.1', port: options.port ?? (this.#lastPort += 1) };
    const key = formatAddress(address);
    if (this.#drivers.has(key)) throw new RpcError('ADDRESS_IN_USE', `${key} is taken on the simulated network.`);
    const driver = new EndpointDriver(
      {
        now: () => this.clock.now,
        wallClock: () => this.clock.now,
        random: (length) => this.#random.bytes(length),
        setTimer: (delayMs, callback) => this.clock.setTimer(delayMs, callback),
        send: (transmit) => this.#carry(transmit, address),
      },
      driverOptions(options),
    );
    this.#drivers.set(key, driver);
    return new SimulatedEndpoint(driver, address, () => this.#drivers.delete(key));
  }

  /** Loses the next datagrams, whoever sends them. */
  dropNext(count = 1): void {
    this.#dropNext += count;
  }

  /** Delivers bytes as if they had been sent from an address, which need not exist. */
  inject(datagram: Uint8Array, from: Address, to: Address): void {
    this.#drivers.get(formatAddress(to))?.receive(datagram, from);
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

  #carry({ datagram, to }: Transmit, from: Address): void {
    const { latencyMs, jitterMs, loss, duplication } = this.#conditions;
    this.tap?.(datagram, to, from);
    if (this.#dropNext > 0) {
      this.#dropNext -= 1;
      return;
    }
    if (this.#random.chance(loss)) return;
    const copies = this.#random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const bytes = datagram.slice();
      const delayMs = latencyMs + this.#random.next() * jitterMs;
      this.clock.setTimer(delayMs, () => this.inject(bytes, from, to));
    }
  }
}
