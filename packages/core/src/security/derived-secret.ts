import { hkdfSync } from 'node:crypto';
import { DH_BYTES } from '../crypto/crypto-port.js';
import { checkKeyPair, secretKeyOf, type KeyPair } from './key-pair.js';

/** So that no other protocol, which has the same purposes, gets the same secrets. */
const DOMAIN = 'rpcudp derived secret 1\0';

/**
 * 32 secret bytes of an identity for another purpose than to prove it, such as signing: the same for the same key pair and purpose,
 * and whoever learns them learns neither the secret key nor those for another purpose. By HKDF-SHA-256.
 *
 * @param purpose What they are for, in the words of whoever uses them: `'example.org licences 1'`.
 * @throws RpcError `INVALID_ARGUMENT` for what is no key pair
 */
export function deriveSecret(keyPair: KeyPair, purpose: string): Uint8Array {
  const secretKey = secretKeyOf(checkKeyPair('keyPair', keyPair));
  return new Uint8Array(hkdfSync('sha256', secretKey, new Uint8Array(0), DOMAIN + purpose, DH_BYTES));
}
