import type { Caller } from '../calling/caller.js';
import type { Destination } from '../calling/destination.js';
import { EndpointChannel, type PeerOptions } from '../calling/endpoint-channel.js';
import { interceptPeer } from '../calling/intercepted-channel.js';
import { peerSecurity, securityBack } from '../calling/peer-security.js';
import type { RpcPeer } from '../channel.js';
import type { ClientInterceptor } from '../interceptor.js';
import type { Security } from '../security/security-options.js';
import type { EngineSet } from './engine-set.js';

/** What the channels of an endpoint have in common. */
export interface ChannelsParts {
  readonly engines: EngineSet;
  readonly caller: Caller;
  readonly security: Security | undefined;
  /** Around all calls, outermost first. */
  readonly interceptors: readonly ClientInterceptor[];
}

/** Makes the channels of one endpoint. */
export class Channels {
  readonly #parts: ChannelsParts;

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
  }

  /** A channel to a peer over a wire of this endpoint. @throws RpcError `INVALID_ARGUMENT` or `FAILED_PRECONDITION` */
  to(destination: Destination, options: PeerOptions = {}): RpcPeer {
    const { engines, caller, security: own, interceptors } = this.#parts;
    // What is not encrypted has to be asked for by name, where anything is.
    const { wire = own && 'native' } = options;
    const engine = engines.speaking(wire);
    const security =
      'address' in destination ? securityBack(destination, own) : peerSecurity(engine.wire, options, own);
    const channel = new EndpointChannel(caller, { engine, destination, security, options });
    return interceptors.length === 0 ? channel : interceptPeer(channel, interceptors);
  }
}
