import type { PeerOptions, UdpEndpoint, UdpEndpointOptions } from '@rpcudp/udp';
import { generateKeyPair, type KeyPair } from '@rpcudp/core/security';
import type { Served } from './subject';

/** How the endpoints of a subject are bound and called: with an identity on both sides, or in the clear. */
export class Encryption {
  readonly #keyPair: KeyPair | undefined;

  constructor(encrypted: boolean) {
    this.#keyPair = encrypted ? generateKeyPair() : undefined;
  }

  get binding(): Pick<UdpEndpointOptions, 'security'> {
    return this.#keyPair === undefined ? {} : { security: { keyPair: this.#keyPair } };
  }

  /** What the caller has to know of a server. */
  servedAt({ address: { port } }: UdpEndpoint): Served {
    return this.#keyPair === undefined ? { port } : { port, publicKey: this.#keyPair.publicKey };
  }
}

/** How a server is called. */
export function peerOptionsOf({ publicKey }: Served): PeerOptions {
  return publicKey === undefined ? {} : { publicKey };
}
