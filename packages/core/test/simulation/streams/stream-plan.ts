import { SeededRandom } from '../../../src/testing';

/** The values of one direction of a call, as they are meant to be. */
export interface DirectionPlan {
  /** How many there are; `Infinity` for as many as are wanted. */
  readonly count: number;
  /** What the largest of them has. */
  readonly bytesMax: number;
  readonly ending: 'done' | 'fails';
  /** What their source waits for at most, now and then, in milliseconds. */
  readonly pauseMs: number;
  /** After how many of them the other side has had enough, if ever. */
  readonly wanted: number;
  /** How long the other side rests after this value, in milliseconds. */
  readonly restsAfter: number;
  readonly restMs: number;
}

export const STREAM_METHODS = ['watch', 'watchAgain', 'newest', 'upload', 'uploadNewest', 'chat'] as const;

export type StreamMethod = (typeof STREAM_METHODS)[number];

/** A call with streams, as a seed decides it. */
export interface StreamPlan {
  readonly id: number;
  readonly method: StreamMethod;
  /** What the caller sends, and what the handler answers with; of one that its method does not have, nothing is used. */
  readonly given: DirectionPlan;
  readonly answered: DirectionPlan;
  /** When its caller ends it from outside, if ever, in milliseconds from its beginning. */
  readonly cancelledAfterMs: number;
}

export function isBestEffort({ method }: StreamPlan): boolean {
  return method === 'newest' || method === 'uploadNewest';
}

/** Whose values: 0 for what the caller sends, 1 for what the handler answers with. */
export type Side = 0 | 1;

export function directionOf(plan: StreamPlan, side: Side): DirectionPlan {
  return side === 0 ? plan.given : plan.answered;
}

/** Some values are larger than a datagram, and a few than a whole window. */
const SIZES = [
  { upTo: 0.6, bytesMax: 60, countMax: 400 },
  { upTo: 0.85, bytesMax: 1500, countMax: 100 },
  { upTo: 0.97, bytesMax: 9000, countMax: 15 },
  { upTo: 1, bytesMax: 300_000, countMax: 2 },
];

/** The longest rest of a reader, in milliseconds: more than a peer may be silent. */
const REST_MS_MAX = 70_000;

/** @param random Draws nothing but streams, so that calls are the same with and without them. */
export function drawStream(id: number, random: SeededRandom): StreamPlan {
  const method = STREAM_METHODS[Math.floor(random.next() * STREAM_METHODS.length)]!;
  const endless = random.chance(0.1);
  const answered = drawDirection(random, endless);
  const given = drawDirection(random, false);
  const isCancelled = endless || random.chance(0.05);
  const cancelledAfterMs = isCancelled ? random.next() * 5000 : Infinity;
  return { id, method, given, answered, cancelledAfterMs };
}

function drawDirection(random: SeededRandom, endless: boolean): DirectionPlan {
  const draw = random.next();
  const { bytesMax, countMax } = SIZES.find(({ upTo }) => draw < upTo)!;
  const count = random.chance(0.1) ? 0 : Math.floor(random.next() * (countMax + 1));
  const ending = random.chance(0.15) ? 'fails' : 'done';
  const pauseMs = random.chance(0.3) ? random.next() * 50 : 0;
  const wanted = random.chance(0.15) ? 1 + Math.floor(random.next() * 50) : Infinity;
  const restsAfter = random.chance(0.2) ? 1 + Math.floor(random.next() * 20) : Infinity;
  const restMs = random.next() * (random.chance(0.2) ? REST_MS_MAX : 500);
  return { count: endless ? Infinity : count, bytesMax, ending, pauseMs, wanted, restsAfter, restMs };
}

/** A value that can be told from any other of the run. */
export function valueOf(plan: StreamPlan, side: Side, index: number): Uint8Array {
  const { bytesMax } = directionOf(plan, side);
  const random = new SeededRandom(plan.id * 7919 + side * 104_729 + index);
  const value = new Uint8Array(12 + Math.floor(random.next() * bytesMax));
  for (let at = 0; at < value.length; at += 1) value[at] = index * 31 + at * 7 + (at >> 8);
  const head = new DataView(value.buffer);
  head.setInt32(0, plan.id);
  head.setInt32(4, side);
  head.setInt32(8, index);
  return value;
}

/** The index of a value; undefined if it is none of this stream, or not whole. */
export function indexOf(plan: StreamPlan, side: Side, value: Uint8Array): number | undefined {
  if (value.length < 12) return undefined;
  const index = new DataView(value.buffer, value.byteOffset).getInt32(8);
  return Buffer.compare(value, valueOf(plan, side, index)) === 0 ? index : undefined;
}
