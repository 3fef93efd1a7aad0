import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import { decodeKey, SECRET_KEY_PREFIX } from './key-text.js';

/**
 * A public key as text: 43 characters of base64url. A key has one text, so keys can be compared by `===` and kept in a
 * `Set`.
 */
export type PublicKey = string;

/** Who somebody is. */
export interface PeerIdentity {
  readonly publicKey: PublicKey;
}

/**
 * The 32 bytes of a public key.
 *
 * @throws RpcError `INVALID_ARGUMENT` for any other text; a secret key is not repeated
 */
export function parsePublicKey(text: PublicKey): Uint8Array {
  const key = typeof text === 'string' ? decodeKey(text) : undefined;
  if (key !== undefined) return key;
  if (typeof text === 'string' && text.includes(SECRET_KEY_PREFIX))
    throw new RpcError(
      'INVALID_ARGUMENT',
      'publicKey must be a public key, and this is a secret one. Use the publicKey of the key pair that is loaded from it.',
    );
  // It may be another secret, so it is not repeated either.
  const given = typeof text === 'string' ? `a text of ${text.length} characters` : inspectOption(text);
  throw new RpcError(
    'INVALID_ARGUMENT',
    `publicKey must be 43 characters of base64url, such as the publicKey of a key pair, not ${given}.`,
  );
}
