import type { Reply, RpcCall, RpcChannel } from '@rpcudp/core';
import { SimulatedNetwork, type SimulatedEndpoint } from '@rpcudp/core/testing';

/** Two endpoints on a network of their own: one to serve, one to call from. */
export class SimulatedPair {
  readonly network = new SimulatedNetwork();
  /** What the server logged. */
  readonly log: string[] = [];
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;

  constructor(...served: object[]) {
    const keep = (line: string): void => void this.log.push(line);
    this.server = this.network.bind({
      wires: ['rpcudp'],
      logger: { debug: keep, info: keep, warn: keep, error: keep },
    });
    this.caller = this.network.bind({ wires: ['rpcudp'] });
    for (const service of served) this.server.serve(service);
  }

  /** From the caller to the server. */
  get channel(): RpcChannel {
    return this.caller.peer(this.server.address);
  }

  /** What comes of a call. */
  ask<T>(call: RpcCall<T>): Promise<Reply<T>> {
    return this.network.until(call);
  }

  /** The value that answers a call. */
  value<T>(call: RpcCall<T>): Promise<T> {
    return this.network.until(call.orThrow());
  }
}
