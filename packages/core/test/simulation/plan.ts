import { SeededRandom, type NetworkConditions } from '../../src/testing';
import { PROOFS, type SealingPlan } from './parties';

/** What happens to the endpoints of a run, beside what the network does. */
export const SCENARIOS = [
  'calm',
  'server-restarts',
  'client-restarts',
  'partition',
  'client-moves',
  'changing-network',
  'outage',
  'sleep',
  'two-addresses',
  'other-address',
  'great-numbers',
  'start-order',
  'first-answers',
  'moves-in-reply',
  'black-holes',
] as const;

export type ScenarioName = (typeof SCENARIOS)[number];

/** What a seed decides before anything happens. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly conditions: NetworkConditions;
  /** Calls on their way at once. */
  readonly inFlight: number;
  readonly ending: 'close' | 'silence';
  /** Whether endpoints ask strangers to prove their address almost at once. */
  readonly wary: boolean;
  /** How datagrams are sealed; undefined if they are not. */
  readonly sealing: SealingPlan | undefined;
}

/** What is told beside the seed. */
export interface PlanOptions {
  /** The scenario, which the seed decides unless told. */
  readonly scenario?: ScenarioName | undefined;
  /** Whether datagrams are sealed; by which proof, the seed decides. Default: false. */
  readonly sealed?: boolean | undefined;
}

/** Scenarios that promise an answer to every call. */
const PROMISE_ALL: readonly ScenarioName[] = ['first-answers', 'moves-in-reply', 'black-holes'];

/** What a network may lose in scenarios that promise an answer to every call. */
const BEARABLE_LOSS = 0.15;

/** The plan of a seed, which is half of the time that nothing happens but what the network does, unless a scenario is told. */
export function planOf(seed: number, { scenario: told, sealed = false }: PlanOptions = {}): Plan {
  const random = new SeededRandom(seed * 2 + 1);
  const upTo = (most: number): number => random.next() * most;
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(upTo(choices.length))]!;
  const drawn = random.chance(0.5) ? 'calm' : oneOf(SCENARIOS.slice(1));
  const scenario = told ?? drawn;
  const conditions = conditionsOf(seed, scenario, random);
  const inFlight = oneOf([1, 4, 8, 16, 64]);
  const ending = random.chance(0.5) ? 'close' : 'silence';
  const wary = random.chance(0.25);
  const sealing = sealed ? sealingOf(random) : undefined;
  return { scenario, conditions, inFlight, ending, wary, sealing };
}

function sealingOf(random: SeededRandom): SealingPlan {
  const proof = PROOFS[Math.floor(random.next() * PROOFS.length)]!;
  const earlyData = random.chance(0.25);
  const keyRenewal = { afterMs: 50 + random.next() * 5000, afterPackets: 1 + Math.floor(random.next() * 50) };
  return { proof, earlyData, keyRenewal: random.chance(0.7) ? keyRenewal : undefined };
}

function conditionsOf(seed: number, scenario: ScenarioName, random: SeededRandom): NetworkConditions {
  const upTo = (most: number): number => random.next() * most;
  const promisesAll = PROMISE_ALL.includes(scenario);
  const loss = random.chance(0.2) ? 0 : upTo(promisesAll ? BEARABLE_LOSS : 0.3);
  // What bursts take is taken from the 30 % that a network may lose.
  const burstShare = random.chance(0.3) ? random.next() : 0;
  return {
    seed,
    latencyMs: upTo(80),
    jitterMs: random.chance(0.5) ? upTo(40) : 0,
    loss: loss * (1 - burstShare),
    burstLoss: loss * burstShare,
    burstMs: 10 + upTo(190),
    duplication: random.chance(0.5) ? upTo(0.2) : 0,
    reordering: random.chance(0.5) ? upTo(0.2) : 0,
    reorderingMs: upTo(60),
  };
}
