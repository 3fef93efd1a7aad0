import { createHash } from 'node:crypto';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import type { CallToPlace, Candidate, Policy } from './policy.js';

/** What calls can be told apart by: those of the same key go to the same target. */
export type RendezvousKey = string | number | bigint | Uint8Array;

const { imul } = Math;

/**
 * Sends calls of the same key to the same target, whoever makes them: rendezvous hashing, weighted. When a target goes, its keys alone are
 * spread over the others, and come back with it.
 *
 * @param keyOf The key of a call: say of `args[0]`. What it throws ends the call, which is not sent.
 */
export function rendezvous(keyOf: (call: CallToPlace) => RendezvousKey): Policy {
  if (typeof keyOf !== 'function')
    throw new RpcError(
      'INVALID_ARGUMENT',
      `rendezvous() takes a function that gives the key of a call, not ${inspectOption(keyOf)}.`,
    );
  const hashes = new Map<string, number>();
  return {
    pick(candidates, call) {
      const key = hashOf(bytesOf(keyOf(call)));
      if (hashes.size > 2 * candidates.length + 16) hashes.clear();
      let best = candidates[0]!;
      let most = -Infinity;
      for (const candidate of candidates) {
        const score = scoreOf(candidate, key, known(hashes, candidate));
        // Addresses decide between equals, so that all clients agree.
        if (score < most || (score === most && candidate.address > best.address)) continue;
        most = score;
        best = candidate;
      }
      return best;
    },
  };
}

/** Of each key, the highest score is that of each target as often as it weighs: -w / ln(h), of an evenly spread h. */
function scoreOf({ weight }: Candidate, key: number, target: number): number {
  return -weight / Math.log((mixed(key ^ target) + 0.5) / 0x1_0000_0000);
}

/** The finaliser of MurmurHash3: each bit of the input changes half of those of the output. */
function mixed(value: number): number {
  let bits = imul(value ^ (value >>> 16), 0x85eb_ca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function known(hashes: Map<string, number>, { address }: Candidate): number {
  let hash = hashes.get(address);
  if (hash === undefined) hashes.set(address, (hash = hashOf(address)));
  return hash;
}

/** Where keys and addresses come from does not matter to a hash that nobody can steer. */
function hashOf(bytes: string | Uint8Array): number {
  return createHash('sha256').update(bytes).digest().readUInt32LE(0);
}

function bytesOf(key: RendezvousKey): string | Uint8Array {
  if (typeof key === 'string' || key instanceof Uint8Array) return key;
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  const expected = 'a string, a number, a bigint or a Uint8Array';
  throw new RpcError(
    'INVALID_ARGUMENT',
    `The key of a call for rendezvous() must be ${expected}, not ${inspectOption(key)}.`,
    { executed: 'no' },
  );
}
