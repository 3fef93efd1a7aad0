/**
 * @packageDocumentation
 * Identities and secrets: what endpoints with `security` are given. See `docs/security.md`.
 */
export { generateKeyPair, type KeyPair } from './key-pair.js';
export { deriveSecret } from './derived-secret.js';
export { loadKeyPair, saveKeyPair } from './key-file.js';
export { loadSharedSecret } from './shared-secret.js';
export type { PeerIdentity, PublicKey } from './public-key.js';
export type { Authorize, AuthorizedCall, Permission, SecurityOptions } from './security-options.js';
export { loadCrypto } from '../crypto/load-crypto.js';
export type { CryptoPort, DhKeyPair } from '../crypto/crypto-port.js';
