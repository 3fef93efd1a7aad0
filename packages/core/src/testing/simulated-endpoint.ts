import type { Address } from '../address.js';
import type { RpcChannel } from '../channel.js';
import type { EndpointDriver } from '../endpoint/endpoint-driver.js';
import type { ChannelOptions } from '../endpoint/endpoint-channel.js';
import { RpcEndpoint, graceMsOf, type CloseOptions } from '../endpoint/rpc-endpoint.js';
import type { WireName } from '../engine/engine.js';

/** An endpoint on a {@link SimulatedNetwork}: what `UdpEndpoint` is on a socket. */
export class SimulatedEndpoint extends RpcEndpoint {
  readonly address: Address;
  readonly #unbind: () => void;

  constructor(driver: EndpointDriver, address: Address, unbind: () => void) {
    super(driver);
    this.address = address;
    this.#unbind = unbind;
  }

  /** A channel to another endpoint of the network. */
  peer(address: Address, options: ChannelOptions & { readonly wire?: WireName } = {}): RpcChannel {
    return this.driver.channel(address, options);
  }

  override async close(options: CloseOptions = {}): Promise<void> {
    await this.driver.close(graceMsOf(options));
    this.#unbind();
  }

  /** Vanishes, as a process that is killed: whatever was sent to it is lost. */
  crash(): void {
    this.#unbind();
  }
}
