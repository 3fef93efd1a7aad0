import type { Connection } from '../subjects/subject';
import { keepSending } from './flow';
import { WARM_UP_MS, figuresOf, startWhenDue, type SmallCallsFigures } from './small-calls';

/** Small calls on a connection that does nothing else, and then on the same one beside large arguments. */
export interface BothTask {
  readonly kind: 'both';
  readonly perSecond: number;
  /** Of each half. */
  readonly durationMs: number;
  readonly bulkBytes: number;
}

export interface BothFigures {
  readonly alone: SmallCallsFigures;
  readonly beside: SmallCallsFigures;
  /** What the large arguments came to meanwhile, in 10^6 bytes a second. */
  readonly bulkMbPerSecond: number;
}

/** So that one large argument is under way whenever another has just ended. */
const BULK_IN_FLIGHT = 2;
/** Until the large arguments are past their start. */
const BULK_AHEAD_MS = 1_000;

export async function callBesideBulk(connection: Connection, task: BothTask): Promise<BothFigures> {
  const { perSecond, durationMs, bulkBytes } = task;
  await startWhenDue(connection, perSecond, WARM_UP_MS);
  const alone = await startWhenDue(connection, perSecond, durationMs);
  const bulkMs = BULK_AHEAD_MS + durationMs;
  const bulk = keepSending(connection, { durationMs: bulkMs, bytes: bulkBytes, inFlight: BULK_IN_FLIGHT });
  await startWhenDue(connection, perSecond, BULK_AHEAD_MS);
  const beside = await startWhenDue(connection, perSecond, durationMs);
  const { bytes } = await bulk;
  return { alone: figuresOf(alone), beside: figuresOf(beside), bulkMbPerSecond: bytes / 1000 / bulkMs };
}
