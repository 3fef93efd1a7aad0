import { inspectOption } from '../inspect-option.js';
import { RpcError } from '../errors.js';

/** How a `SimulatedNetwork` treats datagrams. */
export interface NetworkConditions {
  /** Decides everything that is random. Default: 1. */
  readonly seed?: number;
  /**
   * When it begins, in milliseconds since the epoch: what the wall clock of its endpoints says then. Default: now. Nothing
   * that is sent depends on it.
   */
  readonly beginsAt?: number;
  /** Time from one side to the other, in milliseconds. Default: 1. */
  readonly latencyMs?: number;
  /** Up to so much more, at random, in milliseconds; what makes datagrams overtake each other. Default: 0. */
  readonly jitterMs?: number;
  /** Share of datagrams that are lost, each by itself, from 0 to 1. Default: 0. */
  readonly loss?: number;
  /** Share of datagrams that are lost in bursts, all for a while, from 0 to 0.9: the model of Gilbert and Elliott. Default: 0. */
  readonly burstLoss?: number;
  /** How long a burst lasts on average, in milliseconds. Default: 50. */
  readonly burstMs?: number;
  /** Share of datagrams that arrive twice, from 0 to 1. Default: 0. */
  readonly duplication?: number;
  /** Share of datagrams that are held up on their way, so that later ones overtake them, from 0 to 1. Default: 0. */
  readonly reordering?: number;
  /** Up to how long those are held up, in milliseconds. Default: 20. */
  readonly reorderingMs?: number;
  /** What one side can send to another in a second, in bytes; more than that waits in a queue. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** What that queue holds, in bytes; a datagram that finds it full is lost. Default: 65,536. */
  readonly queueBytesMax?: number;
  /** Datagrams larger than this are lost without a word: a black hole, in bytes. Default: no limit. */
  readonly datagramBytesMax?: number;
}

export const DEFAULT_CONDITIONS: Omit<Required<NetworkConditions>, 'beginsAt'> = {
  seed: 1,
  latencyMs: 1,
  jitterMs: 0,
  loss: 0,
  burstLoss: 0,
  burstMs: 50,
  duplication: 0,
  reordering: 0,
  reorderingMs: 20,
  bytesPerSecond: Infinity,
  queueBytesMax: 65_536,
  datagramBytesMax: Infinity,
};

type Range = readonly [least: number, most: number];

const SHARE: Range = [0, 1];
const FROM_ZERO: Range = [0, Infinity];
const FROM_ONE: Range = [1, Infinity];

const RANGES: Record<keyof NetworkConditions, Range> = {
  seed: [-Infinity, Infinity],
  beginsAt: FROM_ZERO,
  latencyMs: FROM_ZERO,
  jitterMs: FROM_ZERO,
  loss: SHARE,
  burstLoss: [0, 0.9],
  burstMs: FROM_ONE,
  duplication: SHARE,
  reordering: SHARE,
  reorderingMs: FROM_ZERO,
  bytesPerSecond: FROM_ONE,
  queueBytesMax: FROM_ZERO,
  datagramBytesMax: FROM_ZERO,
};

/** The conditions with some of them changed. @throws RpcError `INVALID_ARGUMENT` */
export function withConditions(
  before: Required<NetworkConditions>,
  changes: NetworkConditions,
): Required<NetworkConditions> {
  const after = { ...before, ...changes };
  for (const [name, value] of Object.entries(after)) {
    const range = (RANGES as Partial<Record<string, Range>>)[name];
    if (range === undefined) throw invalid(`${name} is no condition; these are: ${Object.keys(RANGES).join(', ')}.`);
    const [least, most] = range;
    if (typeof value === 'number' && value >= least && value <= most) continue;
    throw invalid(`${name} must be a number from ${least} to ${most}, not ${inspectOption(value)}.`);
  }
  return after;
}

function invalid(message: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', message);
}
