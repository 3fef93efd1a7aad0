import type { CryptoPort } from '../crypto/crypto-port.js';
import { openEarlyData } from '../engine/native/protection/open-early-data.js';
import { Sealing } from '../engine/native/protection/sealing.js';
import { encodeKey } from '../security/key-text.js';
import type { PublicKey } from '../security/public-key.js';
import { checkSecurity, type SecurityOptions } from '../security/security-options.js';
import { credentialsOf } from './credentials.js';

/** A sealed opening packet that was opened. */
export interface EarlyData {
  /** Header and frames, without the tag. */
  readonly packet: Uint8Array;
  /** Bytes before the frames. */
  readonly headerBytes: number;
  /** Who has sealed it; undefined if it has no identity. */
  readonly publicKey: PublicKey | undefined;
}

/**
 * Opens what its callee's secret alone can open of a capture: docs/protocol.md §11.5. That is early data. What is sealed after
 * the handshake has keys that both ends have forgotten.
 */
export class EarlyDataReader {
  readonly #sealing: Sealing;

  /**
   * @param security The callee's key pair, or the shared secret.
   * @throws RpcError `INVALID_ARGUMENT` if it is none
   */
  constructor(crypto: CryptoPort, security: Pick<SecurityOptions, 'keyPair' | 'sharedSecret'>) {
    // Whatever is drawn goes into an answer, which nobody gets.
    const random = (count: number): Uint8Array => new Uint8Array(count).fill(1);
    this.#sealing = new Sealing(credentialsOf(checkSecurity(security), { crypto, random }), random);
  }

  /** Undefined if it is no sealed opening packet, or not for this callee. Never throws, and leaves the datagram as it is. */
  open(datagram: Uint8Array): EarlyData | undefined {
    const opened = openEarlyData(this.#sealing, datagram);
    if (opened === undefined) return undefined;
    const { packet, headerBytes, identity } = opened;
    return { packet, headerBytes, publicKey: identity && encodeKey(identity) };
  }
}
