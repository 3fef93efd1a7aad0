/** An engine that is open to all, and somebody who knows the wire, may call, and keeps to none of its rules. */
import { loadCrypto } from '../../../src/crypto/load-crypto';
import { ASSOCIATION_IDLE_MS } from '../../../src/native-limits';
import { Arena } from '../arena/arena';
import { checkForgotten, checkHonestCall, finishAll } from '../arena/endings';
import {
  ALICE,
  BOB,
  ROOMY_ASSOCIATIONS,
  keysOf,
  optionsOf,
  securityFor,
  type Keys,
  type Security,
} from '../arena/setting';
import { Stranger } from '../arena/stranger';
import { STRANGER } from '../arena/stranger-steps';
import { RECORD_BYTES, mutateRecords, stepsOf } from '../records';
import type { Saw, Target } from '../target';
import { network } from './conversations';

let keys: Keys;

export async function prepareStrangers(): Promise<void> {
  keys = keysOf(await loadCrypto());
}

export const strangers: Target = {
  name: 'strangers',
  batch: 16,
  unit: RECORD_BYTES,
  seeds: network.seeds,
  mutate: mutateRecords,
  run: (input, saw) => meet(input, saw, undefined),
};

export const insiders: Target = {
  ...strangers,
  name: 'insiders',
  run: (input, saw) => meet(input, saw, securityFor(keys, input[0] ?? 0)),
};

function meet(input: Uint8Array, saw: Saw, security: Security | undefined): void {
  const [first, ...steps] = stepsOf(input);
  const arena = new Arena({ seed: first?.seed ?? 0, sealed: security !== undefined, onlyHonest: false, saw });
  const options = optionsOf(first);
  const alice = arena.party('alice', ALICE, { ...options, credentials: security?.alice, security: security?.toBob });
  const bob = arena.party('bob', BOB, { ...options, credentials: security?.bob });
  const scene = { arena, alice, bob, stranger: new Stranger(arena, bob, security && withCrypto(security)), frames: [] };
  let before = '';
  for (const step of steps) {
    const happens = STRANGER[step.what % STRANGER.length]!;
    saw(`${before} ${happens.name}`);
    before = happens.name;
    happens(scene, step);
    for (const party of arena.parties) party.drain();
  }
  finishAll(arena);
  if (options.associationsMax! < ROOMY_ASSOCIATIONS) arena.advance(2 * ASSOCIATION_IDLE_MS);
  checkHonestCall(arena, alice, bob.address);
  checkForgotten(arena, 3 * ASSOCIATION_IDLE_MS);
}

/** A stranger may seal as often as they like by one key and number. */
function withCrypto({ alice, ...security }: Security): Security {
  return { ...security, alice: { ...alice, crypto: keys.crypto } };
}
