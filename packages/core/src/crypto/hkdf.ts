import { HASH_BYTES, type CryptoPort } from './crypto-port.js';

/**
 * HKDF() of Noise, revision 34 §4.3, which is that of RFC 5869 with the chaining key as salt and without info: `outputs`
 * keys of 32 bytes.
 */
export function hkdf(
  crypto: CryptoPort,
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  outputs: number,
): Uint8Array[] {
  const tempKey = crypto.hmac(chainingKey, inputKeyMaterial);
  const keys: Uint8Array[] = [];
  for (let output = 1; output <= outputs; output += 1)
    keys.push(crypto.hmac(tempKey, keys.at(-1) ?? NOTHING, Uint8Array.of(output)));
  return keys;
}

const NOTHING = new Uint8Array(0);
const NO_SALT = new Uint8Array(HASH_BYTES);

/** A key of 32 bytes of a secret with enough chance in it, for the purpose that the label names. */
export function deriveKey(crypto: CryptoPort, secret: Uint8Array, label: Uint8Array): Uint8Array {
  return hkdf(crypto, crypto.hmac(NO_SALT, secret), label, 1)[0]!;
}
