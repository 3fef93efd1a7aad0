import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { DH_BYTES, type DhKeyPair } from './crypto-port.js';

const CURVE = { kty: 'OKP', crv: 'X25519' };

/** X25519 of `node:crypto`. Keys go in as JWK, which is fifteen times as fast as DER: docs/decisions/0020. */
export class NodeDhKeyPair implements DhKeyPair {
  readonly publicKey: Uint8Array;
  readonly #privateKey: KeyObject;

  constructor(secretKey: Uint8Array, publicKey: Uint8Array) {
    this.publicKey = publicKey;
    const jwk = { ...CURVE, x: base64url(publicKey), d: base64url(secretKey) };
    this.#privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  }

  dh(publicKey: Uint8Array): Uint8Array | undefined {
    if (publicKey.length !== DH_BYTES) return undefined;
    try {
      const other = createPublicKey({ key: { ...CURVE, x: base64url(publicKey) }, format: 'jwk' });
      const agreed = new Uint8Array(diffieHellman({ privateKey: this.#privateKey, publicKey: other }));
      return agreed.some((byte) => byte !== 0) ? agreed : undefined;
    } catch {
      // OpenSSL refuses points of low order by an error; others give zeros.
      return undefined;
    }
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
