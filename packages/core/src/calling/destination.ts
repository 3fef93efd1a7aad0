import type { Address } from '../address.js';
import type { PeerHandle } from '../engine/engine.js';

/** A peer that is known by a name, which becomes an address when it is looked up. */
export interface NamedPeer {
  /** The name and the port, for messages. */
  readonly label: string;
  /** Looks the name up. @throws RpcError as a rejection: `UNAVAILABLE` if that may succeed later. */
  resolve(): Promise<Address>;
}

/** Where calls go: an address, a name that becomes one, or a peer that called us, wherever it is. */
export type Destination = Address | NamedPeer | PeerHandle;
