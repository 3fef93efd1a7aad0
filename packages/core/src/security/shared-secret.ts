import { types } from 'node:util';
import type { CryptoPort } from '../crypto/crypto-port.js';
import { deriveKey } from '../crypto/hkdf.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import { SHARED_SECRET_BYTES_MIN } from '../limits.js';
import { readSecretFile } from './secret-file.js';

const LABEL = new TextEncoder().encode('rpcudp shared secret');

/** A shared secret that shows in no log line, no error, no JSON and no `util.inspect`. */
export class SharedSecret {
  readonly #secret: Uint8Array;

  /** @throws RpcError `INVALID_ARGUMENT`, without the secret, if it is not 32 bytes long */
  constructor(option: string, secret: string | Uint8Array) {
    this.#secret = bytesOfSecret(option, secret);
  }

  /** The pre-shared key of the handshake: 32 bytes, by HKDF. */
  key(crypto: CryptoPort): Uint8Array {
    return deriveKey(crypto, this.#secret, LABEL);
  }
}

/**
 * Loads a shared secret from a file that only its owner may read: its text, without white space around it.
 *
 * @throws RpcError `FAILED_PRECONDITION` if it cannot be read, or others may; `INVALID_ARGUMENT` if it is too short or too
 * large
 */
export function loadSharedSecret(file: string): string {
  const secret = readSecretFile(file);
  bytesOfSecret(`The secret in ${file}`, secret);
  return secret;
}

function bytesOfSecret(option: string, secret: string | Uint8Array): Uint8Array {
  const bytes = bytesOf(option, secret);
  if (bytes.length >= SHARED_SECRET_BYTES_MIN) return bytes;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `${option} must have at least ${SHARED_SECRET_BYTES_MIN} bytes, not ${bytes.length}. A password that ` +
      'somebody has thought up is not enough: who records one handshake can try them all. Take what ' +
      '`openssl rand -base64 32` gives.',
  );
}

/** A copy, in UTF-8 if it is a text. */
function bytesOf(option: string, secret: unknown): Uint8Array {
  if (typeof secret === 'string') return new TextEncoder().encode(secret);
  if (types.isUint8Array(secret)) return new Uint8Array(secret);
  throw new RpcError('INVALID_ARGUMENT', `${option} must be a string or a Uint8Array, not ${inspectOption(secret)}.`);
}
