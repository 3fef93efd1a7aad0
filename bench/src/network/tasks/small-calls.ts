import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../statistics';
import type { Connection } from '../subjects/subject';

/** Calls that start when they are due, whether those before have been answered or not: an open loop. */
export interface SmallCallsTask {
  readonly kind: 'small';
  readonly perSecond: number;
  readonly durationMs: number;
}

export interface SmallCallsFigures {
  /** How long after it was due a call was answered, in milliseconds; those that were not are in none of them. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  /** Without an answer within five seconds, the default deadline of this framework's calls. */
  readonly silent: number;
}

const TIMEOUT_MS = 5_000;
const BYTES = 32;
/** Before anything is counted: connecting, and code that has not run yet. */
export const WARM_UP_MS = 1_000;

/** Makes the calls, and waits for their answers. */
export async function callOften(connection: Connection, task: SmallCallsTask): Promise<SmallCallsFigures> {
  await startWhenDue(connection, task.perSecond, WARM_UP_MS);
  return figuresOf(await startWhenDue(connection, task.perSecond, task.durationMs));
}

/** What calls of so many milliseconds come to, `undefined` standing for silence. */
export function figuresOf(all: readonly (number | undefined)[]): SmallCallsFigures {
  const answered = all.filter((ms) => ms !== undefined);
  const at = (percent: number): number => percentile(answered, percent) ?? Infinity;
  return {
    p50Ms: at(50),
    p90Ms: at(90),
    p99Ms: at(99),
    answered: answered.length,
    silent: all.length - answered.length,
  };
}

/** Counted from when a call was due, so that a process that is too busy to start it does not look quick. */
export async function startWhenDue(
  connection: Connection,
  perSecond: number,
  durationMs: number,
): Promise<(number | undefined)[]> {
  const argument = new Uint8Array(BYTES).fill(7);
  const count = Math.round((perSecond * durationMs) / 1000);
  const began = performance.now();
  const calls: Promise<number | undefined>[] = [];
  const dueAt = (call: number): number => began + (call * 1000) / perSecond;
  const start = async (due: number): Promise<number | undefined> => {
    const answered = await connection.exchange(argument, BYTES, TIMEOUT_MS);
    return answered ? performance.now() - due : undefined;
  };
  while (calls.length < count) {
    for (let due = dueAt(calls.length); due <= performance.now() && calls.length < count; due = dueAt(calls.length))
      calls.push(start(due));
    await sleep(Math.max(1, dueAt(calls.length) - performance.now()));
  }
  return Promise.all(calls);
}
