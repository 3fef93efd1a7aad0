import { DH_BYTES, type CryptoPort } from '../crypto/crypto-port.js';
import { deriveKey } from '../crypto/hkdf.js';
import type { Credentials } from '../engine/native/protection/sealing.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import { secretKeyOf } from '../security/key-pair.js';
import type { Security } from '../security/security-options.js';

/** What an endpoint with security proves itself with. @throws RpcError `FAILED_PRECONDITION` without cryptography */
export function credentialsOf(
  security: Security,
  { crypto, place, random }: Pick<EndpointPorts, 'crypto' | 'place' | 'random'>,
): Credentials {
  if (crypto === undefined)
    throw new RpcError(
      'FAILED_PRECONDITION',
      'security needs cryptography, which is loaded once: await loadCrypto() of @rpcudp/core/security before binding.',
    );
  const { keyPair, sharedSecret, allowPlain, earlyData } = security;
  const psk = sharedSecret?.key(crypto);
  const secretKey = keyPair && secretKeyOf(keyPair);
  return {
    crypto,
    keyPair: secretKey && crypto.keyPair(secretKey),
    psk,
    resetKey: resetKeyOf(crypto, secretKey ?? psk ?? random(DH_BYTES), place ?? ''),
    allowPlain,
    earlyData,
  };
}

/**
 * The same after a restart, so that resets are believed. Another one for each endpoint that has the same secret: else one of
 * them could be made to say the tokens of another, RFC 9000 §21.11.
 */
function resetKeyOf(crypto: CryptoPort, secret: Uint8Array, place: string): Uint8Array {
  return deriveKey(crypto, secret, new TextEncoder().encode(`rpcudp reset ${place}`));
}
