import type { Address } from '../address.js';
import type { RpcPeer } from '../channel.js';
import type { EndpointDriver } from '../endpoint/endpoint-driver.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import { RpcEndpoint, graceMsOf, type CloseOptions } from '../endpoint/rpc-endpoint.js';
import type { SimulatedSocket } from './simulated-socket.js';

/** An endpoint on a {@link SimulatedNetwork}: what `UdpEndpoint` is on a socket. */
export class SimulatedEndpoint extends RpcEndpoint {
  readonly #socket: SimulatedSocket;

  constructor(driver: EndpointDriver, socket: SimulatedSocket) {
    super(driver);
    this.#socket = socket;
  }

  get address(): Address {
    return this.#socket.address;
  }

  peer(address: Address, options: PeerOptions = {}): RpcPeer {
    return this.driver.channel(address, options);
  }

  override async close(options: CloseOptions = {}): Promise<void> {
    await this.driver.close(graceMsOf(options));
    this.#socket.close();
  }

  /**
   * Vanishes, as a process that is killed: whatever is sent to it is lost, it sends nothing any more, and its calls never
   * end. Another endpoint can be bound at its address at once.
   */
  crash(): void {
    this.#socket.close();
  }

  /**
   * Goes on at another address, as a telephone that changes networks: what is sent to the old one from now on is lost.
   *
   * @throws RpcError `ADDRESS_IN_USE`
   */
  moveTo(address: Address): void {
    this.#socket.moveTo(address);
  }
}
