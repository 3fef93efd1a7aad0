/** Two honest engines and what is between them: a bad network; or, where all is sealed, somebody who changes what they send. */
import { loadCrypto } from '../../../src/crypto/load-crypto';
import { ASSOCIATION_IDLE_MS } from '../../../src/native-limits';
import { Arena } from '../arena/arena';
import { FORGING } from '../arena/forging-steps';
import { NETWORK, type Happening, type Scene } from '../arena/network-steps';
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
import { checkForgotten, checkHonestCall, finishAll } from '../arena/endings';
import { Draw } from '../draw';
import { anyRecords, mutateRecords, stepsOf, RECORD_BYTES, type Step } from '../records';
import { promise, type Saw, type Target } from '../target';
import { sameData } from '../same-data';

let keys: Keys;

export async function prepareConversations(): Promise<void> {
  keys = keysOf(await loadCrypto());
}

const seeds = (): Uint8Array[] => {
  const draw = new Draw(1);
  return Array.from({ length: 40 }, (_, index) => anyRecords(draw, 1 + index));
};

export const network: Target = {
  name: 'network',
  batch: 24,
  unit: RECORD_BYTES,
  seeds,
  mutate: mutateRecords,
  run: (input, saw) => converse(input, saw, undefined),
};

export const sealed: Target = {
  ...network,
  name: 'sealed',
  run: (input, saw) => converse(input, saw, securityFor(keys, input[0] ?? 0)),
};

function converse(input: Uint8Array, saw: Saw, security: Security | undefined): void {
  const [first, ...steps] = stepsOf(input);
  const happenings = security === undefined ? NETWORK : [...NETWORK, ...FORGING];
  const scene = sceneOf(first, saw, security);
  const { arena, alice, bob } = scene;
  let before = '';
  for (const step of steps) {
    const happening = happenings[step.what % happenings.length]!;
    saw(`${before} ${happening.name}`);
    before = happening.name;
    act(scene, happening, step);
  }
  finishAll(arena);
  // Where there is room for few, what has ended takes it for so long.
  if (bob.options.associationsMax! < ROOMY_ASSOCIATIONS) arena.advance(2 * ASSOCIATION_IDLE_MS);
  checkHonestCall(arena, alice, bob.address);
  checkForgotten(arena, 3 * ASSOCIATION_IDLE_MS);
}

function act(scene: Scene, happening: Happening, step: Step): void {
  happening(scene, step);
  for (const party of scene.arena.parties) party.drain();
}

function sceneOf(first: Step | undefined, saw: Saw, security: Security | undefined): Scene {
  const isSealed = security !== undefined;
  const arena = new Arena({ seed: first?.seed ?? 0, sealed: isSealed, onlyHonest: true, saw });
  const options = optionsOf(first);
  const alice = arena.party('alice', ALICE, { ...options, credentials: security?.alice, security: security?.toBob });
  const bob = arena.party('bob', BOB, { ...options, credentials: security?.bob });
  arena.ranAt = (party, { via }) => {
    const expected = party === bob ? security?.identity : security?.toBob.publicKey;
    promise(sameData(via?.identity, expected), () => `${party.name} takes a caller for somebody else`);
  };
  return { arena, alice, bob, remembersAll: security?.bob.earlyData === false };
}
