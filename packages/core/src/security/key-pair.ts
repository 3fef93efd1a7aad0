import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { DH_BYTES } from '../crypto/crypto-port.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import { decodeKey, encodeKey, SECRET_KEY_PREFIX } from './key-text.js';
import type { PublicKey } from './public-key.js';

/** Two copies of this package may meet in one process: a key pair of one is a key pair for the other. */
const SECRET = Symbol.for('rpcudp.KeyPair.secret');

/** An X25519 secret key in DER, RFC 8410 §7, without its 32 bytes at the end. */
const DER_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** An identity. Its secret key shows in no log line, no error, no JSON and no `util.inspect`. */
export interface KeyPair {
  readonly publicKey: PublicKey;
  readonly [Symbol.toStringTag]: 'KeyPair';
  toString(): string;
}

/** It is not exported: the types of two builds of one class would not fit each other. */
class SecretKeyPair implements KeyPair {
  readonly publicKey: PublicKey;
  readonly #secretKey: Uint8Array;

  constructor(secretKey: Uint8Array) {
    this.#secretKey = secretKey;
    this.publicKey = publicKeyOf(secretKey);
  }

  get [Symbol.toStringTag]() {
    return 'KeyPair' as const;
  }

  [SECRET](): Uint8Array {
    return this.#secretKey;
  }

  toString(): string {
    return `KeyPair(${this.publicKey})`;
  }
}

/** A new identity, of 32 random bytes. Keep it with `saveKeyPair`, and give its `publicKey` to whoever calls. */
export function generateKeyPair(): KeyPair {
  return keyPairOf(new Uint8Array(randomBytes(DH_BYTES)));
}

/** The identity that 32 secret bytes make. */
export function keyPairOf(secretKey: Uint8Array): KeyPair {
  return new SecretKeyPair(secretKey);
}

/** The 32 secret bytes of a key pair: for the handshake and the key file, and nobody else. */
export function secretKeyOf(keyPair: KeyPair): Uint8Array {
  return (keyPair as SecretKeyPair)[SECRET]();
}

/** Checks that an option is a key pair. @throws RpcError `INVALID_ARGUMENT` */
export function checkKeyPair(option: string, keyPair: unknown): KeyPair {
  if (typeof keyPair === 'object' && keyPair !== null && SECRET in keyPair) return keyPair as SecretKeyPair;
  // A text may be a secret key, so it is not repeated.
  const given = typeof keyPair === 'string' ? 'a text' : inspectOption(keyPair);
  throw new RpcError(
    'INVALID_ARGUMENT',
    `${option} must be what generateKeyPair() or loadKeyPair(file) gives, not ${given}.`,
  );
}

/** The text of a key pair, which a key file holds: `rpcudp-secret-key:` and 43 characters of base64url. */
export function formatKeyPair(keyPair: KeyPair): string {
  return SECRET_KEY_PREFIX + encodeKey(secretKeyOf(keyPair));
}

/** The key pair of such a text; undefined if it is none. */
export function parseKeyPair(text: string): KeyPair | undefined {
  const secretKey = text.startsWith(SECRET_KEY_PREFIX) ? decodeKey(text.slice(SECRET_KEY_PREFIX.length)) : undefined;
  return secretKey && keyPairOf(secretKey);
}

function publicKeyOf(secretKey: Uint8Array): PublicKey {
  const key = Buffer.concat([DER_PREFIX, secretKey]);
  const { x } = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' });
  return x!;
}
