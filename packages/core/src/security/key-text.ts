import { DH_BYTES } from '../crypto/crypto-port.js';

/** What the text of a secret key begins with, so that it is not taken for a public one, nor for anything harmless. */
export const SECRET_KEY_PREFIX = 'rpcudp-secret-key:';

/** A key as text: base64url, 43 characters for its 32 bytes. */
export function encodeKey(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64url');
}

/** The bytes of a key, if the text is written in the one way that there is for it. */
export function decodeKey(text: string): Uint8Array | undefined {
  const key = new Uint8Array(Buffer.from(text, 'base64url'));
  return key.length === DH_BYTES && encodeKey(key) === text ? key : undefined;
}
