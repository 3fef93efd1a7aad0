import type { Connection } from '../subjects/subject';

/** Messages of so many bytes, one after the other on one connection. */
export interface BulkTask {
  readonly kind: 'bulk';
  /** Whether the large message is the call's argument or its answer. */
  readonly direction: 'argument' | 'answer';
  readonly bytes: number;
  readonly times: number;
}

export interface BulkFigures {
  /** For each message; `null` where no answer came within a minute. After so long in all no further one is tried. */
  readonly ms: readonly (number | null)[];
}

const TIMEOUT_MS = 60_000;

/** A small call goes before, so that the figures are those of a connection that is there. */
export async function transfer(connection: Connection, { direction, bytes, times }: BulkTask): Promise<BulkFigures> {
  const small = new Uint8Array(16);
  const argument = direction === 'argument' ? new Uint8Array(bytes).fill(7) : small;
  const answerBytes = direction === 'answer' ? bytes : small.length;
  await connection.exchange(small, small.length, TIMEOUT_MS);
  const ms: (number | null)[] = [];
  const giveUpAt = performance.now() + TIMEOUT_MS;
  for (let time = 0; time < times && performance.now() < giveUpAt; time += 1) {
    const began = performance.now();
    const answered = await connection.exchange(argument, answerBytes, TIMEOUT_MS);
    ms.push(answered ? performance.now() - began : null);
  }
  return { ms };
}
