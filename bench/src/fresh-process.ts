import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Task } from './caller';
import { measuredEnvironment } from './fresh-memory';
import type { Measurement } from './measure';

/** Measures in two fresh processes. @throws Error if the caller's process ends without figures. */
export async function measureFresh(task: Task): Promise<Measurement[]> {
  const caller = fork(join(__dirname, 'caller.js'), [], { env: measuredEnvironment() });
  const exit = once(caller, 'exit');
  caller.send(task);
  const results = await Promise.race([once(caller, 'message'), exit.then(() => undefined)]);
  if (results === undefined) throw new Error(`The process that called ${task.subject} ended before it was measured.`);
  await exit;
  return results[0] as Measurement[];
}
