import { KEY_BYTES, type CryptoPort, type DhKeyPair } from '../../src/crypto/crypto-port';
import type { PeerSecurity } from '../../src/engine/engine';
import { nameOf, type Credentials } from '../../src/engine/native/protection/sealing';

/** The key pair whose secret is one number all over. */
export function keyPairOf(crypto: CryptoPort, number: number): DhKeyPair {
  return crypto.keyPair(new Uint8Array(KEY_BYTES).fill(number));
}

/** What an endpoint of a test proves itself with; by default, nothing. */
export function credentialsOf(crypto: CryptoPort, changes: Partial<Credentials> = {}): Credentials {
  const { keyPair } = changes;
  const resetKey = keyPair === undefined ? new Uint8Array(KEY_BYTES).fill(77) : crypto.hash(keyPair.publicKey);
  return { crypto, keyPair: undefined, psk: undefined, resetKey, allowPlain: false, earlyData: false, ...changes };
}

/** Who must answer a call of a test. */
export function securityOf(keyPair: DhKeyPair | undefined, earlyData = false): PeerSecurity {
  return { publicKey: keyPair?.publicKey, name: nameOf(keyPair?.publicKey), earlyData };
}
