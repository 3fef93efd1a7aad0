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
  'streams',
  'server-drains',
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
  /** Calls with streams beside the others. */
  readonly streams: number;
}

/** What is told beside the seed. */
export interface PlanOptions {
  /** The scenario, which the seed decides unless told. */
  readonly scenario?: ScenarioName | undefined;
  /** Whether datagrams are sealed; by which proof, the seed decides. Default: false. */
  readonly sealed?: boolean | undefined;
  /** How many calls have streams; the seed decides it unless told. */
  readonly streams?: number | undefined;
}

/** Scenarios that promise an answer to every call. */
const PROMISE_ALL: readonly ScenarioName[] = ['first-answers', 'moves-in-reply', 'black-holes'];

/** What a network may lose in scenarios that promise an answer to every call. */
const BEARABLE_LOSS = 0.15;

/** What the network of the scenario of streams loses of all datagrams, and the least that it doubles and holds up. */
const STREAMS_LOSS = 0.3;
const STREAMS_MIXED_MIN = 0.05;

/** Calls with streams of that scenario; of others, how many runs have some, and how many at most. */
const STREAMS = 12;
const STREAMS_SHARE = 0.25;
const STREAMS_BESIDE_MAX = 3;

/** Scenarios that are told: that of streams has its own network, and seeds are to stay what they were. */
const TOLD: readonly ScenarioName[] = ['calm', 'streams', 'server-drains'];

/** Scenarios that a seed decides for. */
const DRAWN = SCENARIOS.filter((name) => !TOLD.includes(name));

/** The plan of a seed, which is half of the time that nothing happens but what the network does, unless a scenario is told. */
export function planOf(seed: number, { scenario: told, sealed = false, streams: toldStreams }: PlanOptions = {}): Plan {
  const random = new SeededRandom(seed * 2 + 1);
  const upTo = (most: number): number => random.next() * most;
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(upTo(choices.length))]!;
  const drawn = random.chance(0.5) ? 'calm' : oneOf(DRAWN);
  const scenario = told ?? drawn;
  const conditions = conditionsOf(seed, scenario, random);
  const inFlight = oneOf([1, 4, 8, 16, 64]);
  const ending = random.chance(0.5) ? 'close' : 'silence';
  const wary = random.chance(0.25);
  const sealing = sealed ? sealingOf(random) : undefined;
  const streams = toldStreams ?? streamsOf(scenario, random);
  return { scenario, conditions, inFlight, ending, wary, sealing, streams };
}

function streamsOf(scenario: ScenarioName, random: SeededRandom): number {
  if (scenario === 'streams') return STREAMS;
  return random.chance(STREAMS_SHARE) ? 1 + Math.floor(random.next() * STREAMS_BESIDE_MAX) : 0;
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
  const drawn = random.chance(0.2) ? 0 : upTo(promisesAll ? BEARABLE_LOSS : 0.3);
  const loss = scenario === 'streams' ? STREAMS_LOSS : drawn;
  const mixed = scenario === 'streams' ? STREAMS_MIXED_MIN : 0;
  // What bursts take is taken from the 30 % that a network may lose.
  const burstShare = random.chance(0.3) ? random.next() : 0;
  return {
    seed,
    latencyMs: upTo(80),
    jitterMs: random.chance(0.5) ? upTo(40) : 0,
    loss: loss * (1 - burstShare),
    burstLoss: loss * burstShare,
    burstMs: 10 + upTo(190),
    duplication: Math.max(mixed, random.chance(0.5) ? upTo(0.2) : 0),
    reordering: Math.max(mixed, random.chance(0.5) ? upTo(0.2) : 0),
    reorderingMs: upTo(60),
  };
}
