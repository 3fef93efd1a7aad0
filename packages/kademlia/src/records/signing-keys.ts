import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

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
 * @param seed 32 secret bytes that give the same keys again. Default: random ones.
 * @throws RangeError if the seed has another length
 */
export function signingKeys(seed?: Uint8Array): SigningKeys {
  const privateKey = seed === undefined ? generateKeyPairSync('ed25519').privateKey : privateKeyOf(seed);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: Uint8Array.from(spki.subarray(SPKI_PREFIX.length)),
    sign: (bytes) => Uint8Array.from(sign(null, bytes, privateKey)),
  };
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
