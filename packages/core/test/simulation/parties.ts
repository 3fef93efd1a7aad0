import type { EndpointOptions, PeerOptions } from '../../src/endpoint';
import type { KeyRenewal } from '../../src/engine/native/keys/send-keys';
import { keyPairOf } from '../../src/security/key-pair';
import { SeededRandom } from '../../src/testing';

/** How the two sides of a run prove themselves to each other. */
export const PROOFS = ['key pairs', 'key of the server', 'shared secret'] as const;

export type Proof = (typeof PROOFS)[number];

/** How the datagrams of a run are sealed. */
export interface SealingPlan {
  readonly proof: Proof;
  /** Whether both sides allow calls that must not run twice as early data. */
  readonly earlyData: boolean;
  /** When keys are renewed; undefined for as the protocol says, which a run hardly lives to see. */
  readonly keyRenewal: KeyRenewal | undefined;
}

/** What the endpoints of a run are bound with, and how the server is called. */
export interface Parties {
  readonly server: EndpointOptions;
  readonly client: EndpointOptions;
  readonly peer: PeerOptions;
}

const IN_THE_CLEAR: Parties = { server: {}, client: {}, peer: {} };

/** Endpoints whose keys are those of the seed. */
export function partiesOf(seed: number, plan: SealingPlan | undefined): Parties {
  if (plan === undefined) return IN_THE_CLEAR;
  const { proof, earlyData } = plan;
  const random = new SeededRandom(seed);
  const [mine, yours] = [random.bytes(32), random.bytes(32)];
  if (proof === 'shared secret') {
    const security = { sharedSecret: mine, earlyData };
    return { server: { security }, client: { security }, peer: { earlyData } };
  }
  const keyPair = keyPairOf(mine);
  return {
    server: { security: { keyPair, earlyData } },
    client: { security: proof === 'key pairs' ? { keyPair: keyPairOf(yours) } : {} },
    peer: { publicKey: keyPair.publicKey, earlyData },
  };
}
