import { RpcError } from '../errors.js';
import type { CryptoPort } from './crypto-port.js';

let loaded: Promise<CryptoPort> | undefined;
let port: CryptoPort | undefined;

/** What {@link loadCrypto} has loaded; undefined as long as it has not. */
export function loadedCrypto(): CryptoPort | undefined {
  return port;
}

/**
 * Loads cryptography, once for the process: a few milliseconds, which only endpoints with security spend.
 *
 * @throws RpcError `FAILED_PRECONDITION` if this runtime lacks something
 */
export function loadCrypto(): Promise<CryptoPort> {
  return (loaded ??= load());
}

async function load(): Promise<CryptoPort> {
  try {
    const [{ SodiumCrypto }, { default: entry }] = await Promise.all([
      import('./sodium-crypto.js'),
      import('libsodium'),
    ]);
    const sodium = typeof entry === 'function' ? await entry() : await entry.ready.then(() => entry);
    const crypto = new SodiumCrypto(sodium);
    // Here rather than at the first handshake: a runtime may lack BLAKE2s or X25519.
    const pair = crypto.keyPair(crypto.hash());
    crypto.hmac(pair.publicKey);
    if (pair.dh(pair.publicKey) === undefined) throw new Error('This runtime has no X25519.');
    port = crypto;
    return crypto;
  } catch (error) {
    throw new RpcError(
      'FAILED_PRECONDITION',
      'security needs the package libsodium, WebAssembly, and BLAKE2s and X25519 of node:crypto, and one of them is ' +
        `missing: ${RpcError.from(error).message} Install it, or bind the endpoint without security.`,
      { cause: error },
    );
  }
}
