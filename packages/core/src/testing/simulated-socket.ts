import { formatAddress, type Address } from '../address.js';
import { loadedCrypto } from '../crypto/load-crypto.js';
import type { EndpointPorts } from '../ports.js';
import { RpcError } from '../errors.js';
import type { SeededRandom } from './random.js';
import type { SimulatedClock } from './simulated-clock.js';

/** What a {@link SimulatedSocket} needs of its network. */
export interface SocketNetwork {
  readonly clock: SimulatedClock;
  /** What the wall clock says when the other one begins, in milliseconds since the epoch. */
  readonly beginsAt: number;
  readonly random: SeededRandom;
  /** Takes a datagram on its way. */
  readonly carry: (datagram: Uint8Array, from: SimulatedSocket, to: Address) => void;
}

/** What one endpoint on a simulated network has of the world: an address, and the timers of its process. */
export class SimulatedSocket {
  /** What the endpoint's driver gets. */
  readonly ports: EndpointPorts;
  /** Whether datagrams get to it and from it. */
  connected = true;
  /** Takes what arrives. */
  receive: (datagram: Uint8Array, from: Address) => void = () => undefined;
  readonly #sockets: Map<string, SimulatedSocket>;
  /** Each prevents a timer. */
  readonly #timers = new Set<() => void>();
  /** What was due while the machine slept; undefined while it is awake. */
  #overdue: (() => void)[] | undefined;
  #address: Address;
  #open = true;

  /**
   * @param sockets All sockets of the network by the text of their address; this one enters itself.
   * @throws RpcError `ADDRESS_IN_USE`
   */
  constructor(network: SocketNetwork, sockets: Map<string, SimulatedSocket>, address: Address) {
    this.#sockets = sockets;
    this.#address = address;
    this.#enter(address);
    const { clock, beginsAt, random, carry } = network;
    this.ports = {
      now: () => clock.now,
      wallClock: () => beginsAt + clock.now,
      random: (length) => random.bytes(length),
      crypto: loadedCrypto(),
      place: formatAddress(address),
      setTimer: (delayMs, callback) => this.#setTimer(clock, delayMs, callback),
      // The end of the turn comes before anything that takes time.
      defer: (callback) => void this.#setTimer(clock, 0, callback),
      send: ({ datagram, to }) => {
        // A copy, as a kernel makes: the memory is used again.
        if (this.#open) carry(datagram.slice(), this, to);
      },
      hasSentAll: () => true,
    };
  }

  get address(): Address {
    return this.#address;
  }

  get asleep(): boolean {
    return this.#overdue !== undefined;
  }

  /** From now on no timer goes off. */
  sleep(): void {
    this.#overdue ??= [];
  }

  /** All timers that were due meanwhile go off, in their order. */
  wake(): void {
    const overdue = this.#overdue ?? [];
    this.#overdue = undefined;
    for (const goOff of overdue) goOff();
  }

  /** @throws RpcError `ADDRESS_IN_USE` */
  moveTo(address: Address): void {
    this.#enter(address);
    this.#sockets.delete(formatAddress(this.#address));
    this.#address = address;
  }

  /** Gives the address back: nothing arrives any more, nothing is sent, no timer goes off. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sockets.delete(formatAddress(this.#address));
    for (const prevent of [...this.#timers]) prevent();
  }

  #enter(address: Address): void {
    const key = formatAddress(address);
    if (this.#sockets.has(key)) throw new RpcError('ADDRESS_IN_USE', `${key} is taken on the simulated network.`);
    this.#sockets.set(key, this);
  }

  #setTimer(clock: SimulatedClock, delayMs: number, callback: () => void): () => void {
    if (!this.#open) return () => undefined;
    const goOff = (): void => {
      if (this.#overdue !== undefined) return void this.#overdue.push(goOff);
      if (this.#timers.delete(prevent)) callback();
    };
    const clear = clock.setTimer(delayMs, goOff);
    const prevent = (): void => {
      this.#timers.delete(prevent);
      clear();
    };
    this.#timers.add(prevent);
    return prevent;
  }
}
