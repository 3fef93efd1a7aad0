import type { PeerHandle, PeerSecurity, WireName } from '../engine/engine.js';
import { nameOf } from '../engine/native/protection/sealing.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import { parsePublicKey, type PublicKey } from '../security/public-key.js';
import type { Security } from '../security/security-options.js';

/** Who must answer calls over a channel. */
export interface PeerSecurityOptions {
  /**
   * The public key of whoever must answer: nobody else can, or can read the calls. Needs an endpoint with `security`, and the
   * native wire. Default: with a `sharedSecret`, whoever knows that; without one, an endpoint with `security` refuses a peer
   * whose key it does not know, unless `allowPlain` lets it call anybody in the clear.
   */
  readonly publicKey?: PublicKey;
  /**
   * Whether calls that must not run twice may leave before the peer has answered the handshake, which saves a round trip at
   * first contact. Who records them can send them again; the peer refuses them unless its own `security.earlyData` takes
   * them. Default: false.
   */
  readonly earlyData?: boolean;
}

/**
 * Who must answer calls over a channel; undefined if anybody may, and nothing is encrypted.
 *
 * @param security That of the endpoint.
 * @throws RpcError `INVALID_ARGUMENT` or `FAILED_PRECONDITION`
 */
export function peerSecurity(
  wire: WireName,
  { publicKey, earlyData = false }: PeerSecurityOptions,
  security: Security | undefined,
): PeerSecurity | undefined {
  if (typeof earlyData !== 'boolean')
    throw new RpcError('INVALID_ARGUMENT', `earlyData must be true or false, not ${inspectOption(earlyData)}.`);
  if (wire !== 'native') return plain(publicKey, `The wire '${wire}' has no encryption: leave publicKey out.`);
  if (security === undefined)
    return plain(
      publicKey,
      'A peer with a publicKey needs an endpoint with security: bind it with security: {}, or with a keyPair to have an identity as well.',
    );
  if (publicKey !== undefined) {
    const key = parsePublicKey(publicKey);
    return { publicKey: key, name: nameOf(key), earlyData };
  }
  if (security.sharedSecret !== undefined) return { publicKey: undefined, name: nameOf(undefined), earlyData };
  if (security.allowPlain) return undefined;
  throw new RpcError(
    'INVALID_ARGUMENT',
    'This endpoint has security, so it must know who answers: peer(address, { publicKey }). To call peers in the clear as well, bind it with security.allowPlain.',
  );
}

/** Who must answer calls back to a peer that has called: the same one, or nobody. */
export function securityBack(
  { sealed, identity }: PeerHandle,
  security: Security | undefined,
): PeerSecurity | undefined {
  if (sealed !== true || (identity === undefined && security?.sharedSecret === undefined)) return undefined;
  return { publicKey: identity, name: nameOf(identity), earlyData: false };
}

function plain(publicKey: unknown, why: string): undefined {
  if (publicKey !== undefined) throw new RpcError('FAILED_PRECONDITION', why);
}
