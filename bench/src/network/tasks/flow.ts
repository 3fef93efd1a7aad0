import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../subjects/subject';

/** Arguments without a pause, several at a time, for so long. */
export interface FlowTask {
  readonly kind: 'flow';
  readonly durationMs: number;
}

export interface FlowFigures {
  /** Of arguments whose answer came in time. */
  readonly bytes: number;
}

/** Small enough that what is under way at the end does not count, and as many as fill the links that are shared. */
const FLOW = { bytes: 256 * 1024, inFlight: 16 };

export function flow(connection: Connection, { durationMs }: FlowTask): Promise<FlowFigures> {
  return keepSending(connection, { durationMs, ...FLOW });
}

/** Gives what arrived in that time, and lets what is then still under way go. */
export async function keepSending(
  connection: Connection,
  { durationMs, bytes, inFlight }: { durationMs: number; bytes: number; inFlight: number },
): Promise<FlowFigures> {
  const argument = new Uint8Array(bytes).fill(7);
  const until = performance.now() + durationMs;
  let arrived = 0;
  const send = async (): Promise<void> => {
    while (performance.now() < until) {
      const answered = await connection.exchange(argument, 1, 2 * durationMs);
      if (answered && performance.now() <= until) arrived += bytes;
    }
  };
  await Promise.race([Promise.all(Array.from({ length: inFlight }, send)), sleep(durationMs)]);
  return { bytes: arrived };
}
