import type { Address } from '../../../src/address';
import type { CryptoPort, DhKeyPair } from '../../../src/crypto/crypto-port';
import { hmacSha256 } from '../../../src/endpoint/hmac';
import { LOAD_LIMITS_DEFAULT, type LoadLimits } from '../../../src/engine/native/admission/load';
import type { PeerSecurity } from '../../../src/engine/engine';
import type { Credentials } from '../../../src/engine/native/protection/sealing';
import { credentialsOf, keyPairOf, securityOf } from '../../native/credentials';
import type { Step } from '../records';
import type { PartyOptions } from './party';
import { WatchedCrypto } from './watched-crypto';

export const ALICE: Address = { host: '10.0.0.1', port: 1 };
export const BOB: Address = { host: '10.0.0.2', port: 2 };
/** Where Alice may move to. */
export const ALIASES: readonly Address[] = [
  ALICE,
  { host: '10.0.0.1', port: 11 },
  { host: '10.0.0.1', port: 12 },
  { host: '10.0.7.1', port: 1 },
];
/** Where nobody is. */
export const FORGED: readonly Address[] = Array.from({ length: 6 }, (_, index) => ({
  host: `10.66.${index}.6`,
  port: 6,
}));

/** What two parties have, and what proves it. */
export interface Security {
  readonly alice: Credentials;
  readonly bob: Credentials;
  /** Whom Alice calls. */
  readonly toBob: PeerSecurity;
  /** By which Bob knows Alice. */
  readonly identity: Uint8Array | undefined;
}

/** The key pairs of both. Made once: they take time. */
export interface Keys {
  readonly crypto: CryptoPort;
  readonly alice: DhKeyPair;
  readonly bob: DhKeyPair;
}

export function keysOf(crypto: CryptoPort): Keys {
  return { crypto, alice: keyPairOf(crypto, 1), bob: keyPairOf(crypto, 2) };
}

/** Without an identity of the caller, with one, or with a shared secret: by the number of one of them. */
export function securityFor({ crypto: real, alice: aliceKeys, bob: bobKeys }: Keys, which: number): Security {
  const crypto = new WatchedCrypto(real);
  const earlyData = (which & 0xc0) === 0xc0;
  const psk = real.hash(Uint8Array.of(3));
  const toBob = securityOf(bobKeys, earlyData);
  const bob = credentialsOf(crypto, { keyPair: bobKeys, earlyData });
  const shared = { psk, earlyData };
  switch (which % 3) {
    case 0:
      return { alice: credentialsOf(crypto), bob, toBob, identity: undefined };
    case 1:
      return {
        alice: credentialsOf(crypto, { keyPair: aliceKeys, earlyData }),
        bob,
        toBob,
        identity: aliceKeys.publicKey,
      };
    default:
      return {
        alice: credentialsOf(crypto, { ...shared, resetKey: real.hash(Uint8Array.of(4)) }),
        bob: credentialsOf(crypto, shared),
        toBob: securityOf(undefined, earlyData),
        identity: undefined,
      };
  }
}

const MESSAGE_BYTES_MAX = 16_384;
/** Room for so many associations is never used up by one input. */
export const ROOMY_ASSOCIATIONS = 1000;

/** Who has to prove an address: nobody as yet, those beyond a few, or all. */
const LOADS: readonly LoadLimits[] = [
  LOAD_LIMITS_DEFAULT,
  { unprovenMax: 3, unprovenPerSecond: 4 },
  { unprovenMax: 0, unprovenPerSecond: 0 },
];

/** What an engine is told, as the first record of an input says. */
export function optionsOf(step: Step | undefined): PartyOptions {
  const flags = step?.byte(1) ?? 0;
  return {
    runningHandlersMax: (flags & 1) === 0 ? 100 : 4,
    datagramBytes: (flags & 64) === 0 ? 1200 : 'probe',
    messageBytesMax: MESSAGE_BYTES_MAX,
    reassemblyBytesMax: (flags & 2) === 0 ? 1 << 20 : 2 * MESSAGE_BYTES_MAX,
    associationsMax: (flags & 4) === 0 ? ROOMY_ASSOCIATIONS : 3,
    load: LOADS[(flags >> 3) % LOADS.length]!,
    mac: hmacSha256,
  };
}
