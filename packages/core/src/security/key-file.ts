import { RpcError } from '../errors.js';
import { formatKeyPair, parseKeyPair, type KeyPair, checkKeyPair } from './key-pair.js';
import { readSecretFile, writeSecretFile } from './secret-file.js';

/**
 * Loads a key pair from a file that `saveKeyPair` or `rpcudp keygen` has written: one line, `rpcudp-secret-key:` and 43
 * characters of base64url. Only the file's owner may be allowed to read it.
 *
 * @throws RpcError `FAILED_PRECONDITION` if it cannot be read, or others may; `INVALID_ARGUMENT` if it holds no key
 */
export function loadKeyPair(file: string): KeyPair {
  const keyPair = parseKeyPair(readSecretFile(file));
  if (keyPair !== undefined) return keyPair;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `${file} must hold one line, rpcudp-secret-key: and 43 characters of base64url, and does not. ` +
      'Make a key file with `rpcudp keygen`, or with saveKeyPair(file, generateKeyPair()).',
  );
}

/**
 * Saves a key pair in a new file with mode 0600: all of it or nothing.
 *
 * @throws RpcError `ALREADY_EXISTS` if there is such a file, since an identity that is overwritten is lost;
 * `FAILED_PRECONDITION` if it cannot be written
 */
export function saveKeyPair(file: string, keyPair: KeyPair): void {
  writeSecretFile(file, `${formatKeyPair(checkKeyPair('keyPair', keyPair))}\n`);
}
