import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { deriveSecret, type KeyPair } from '@rpcudp/core/security';

/** Bytes of a public key of Ed25519, and of the seed of a private one. */
export const PUBLIC_KEY_BYTES = 32;

/** Bytes of a signature of Ed25519. */
export const SIGNATURE_BYTES = 64;

/** What mutable records are signed with. The private half stays where it is, also in a device that signs by itself. */
export interface SigningKeys {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Signs with Ed25519; gives 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** RFC 8410: what stands before the raw bytes of a key in PKCS#8 and in SPKI. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Makes keys for signed records.
 *
 * @param from 32 secret bytes, or the identity of an endpoint, such as `loadKeyPair(file)` gives: it gives the same keys again. They have a
 * public key of their own, for an identity agrees on secrets and signs nothing. Default: random bytes.
 * @throws RangeError if the bytes have another length
 */
export function signingKeys(from?: Uint8Array | KeyPair): SigningKeys {
  const privateKey = from === undefined ? generateKeyPairSync('ed25519').privateKey : privateKeyOf(seedOf(from));
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: Uint8Array.from(spki.subarray(SPKI_PREFIX.length)),
    sign: (bytes) => Uint8Array.from(sign(null, bytes, privateKey)),
  };
}

/** What an identity's secret for this purpose is made by: docs/kademlia.md §4. */
const PURPOSE = 'rpcudp kademlia signing 1';

function seedOf(from: Uint8Array | KeyPair): Uint8Array {
  return from instanceof Uint8Array ? from : deriveSecret(from, PURPOSE);
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== PUBLIC_KEY_BYTES)
    throw new RangeError(`seed must have ${PUBLIC_KEY_BYTES} bytes, not ${seed.length}.`);
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

/** Whether a signature is that of a public key for some bytes. Never throws. */
export function isSignature(signature: Uint8Array, publicKey: Uint8Array, bytes: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
    return verify(null, bytes, key, signature);
  } catch {
    // Not every 32 bytes are a point of the curve.
    return false;
  }
}
