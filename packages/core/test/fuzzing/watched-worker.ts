import { Worker } from 'node:worker_threads';
import { SharedInput } from './shared-input';
import { TARGETS } from './targets';
import type { Job, Report, WorkerStart } from './worker';

/** An input that took so long does not end, in milliseconds. */
export const HANG_MS = 5000;
/** What a worker may use before the input that it is at is to blame, in MB. */
const HEAP_MEGABYTES_MAX = 768;
const LOOK_EVERY_MS = 100;

/** What a worker died of, and with which input. */
export interface Death {
  readonly target: string;
  readonly input: Uint8Array;
  readonly said: string;
}

/** Runs a job in a worker; gives what killed it, if anything did. One that hangs is killed. */
export async function runWorker(
  script: string,
  job: Job,
  hear: (report: Report) => void,
  hangMs = HANG_MS,
): Promise<Death | undefined> {
  const shared = new SharedInput();
  const workerData: WorkerStart = { memory: shared.memory, script, job };
  const worker = new Worker(script, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES_MAX } });
  const death = (said: string): Death => ({ target: TARGETS[shared.target]!.name, input: shared.input, said });
  return new Promise((resolve) => {
    const watch = watchFor(shared, hangMs, () => settle(death(`The input takes more than ${hangMs} ms.`)));
    function settle(outcome: Death | undefined): void {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(outcome));
    }
    worker.on('error', (error) => settle(death(`The worker died: ${error.message}`)));
    worker.on('message', (report: Report) => {
      if (report.kind === 'done') settle(undefined);
      else hear(report);
    });
  });
}

/** Looks again and again whether another input has been begun. */
function watchFor(shared: SharedInput, hangMs: number, hangs: () => void): NodeJS.Timeout {
  let seen = 0;
  let since = performance.now();
  return setInterval(() => {
    const { executions } = shared;
    if (executions === 0 || executions !== seen) {
      seen = executions;
      since = performance.now();
    } else if (performance.now() - since > hangMs) hangs();
  }, LOOK_EVERY_MS);
}
