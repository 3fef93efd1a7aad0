import { readCorpus, readCrash, readCrashes } from './inputs';
import { TARGETS } from './targets';
import { runWorker } from './watched-worker';

/** What came of inputs that were tried again: of a crash, or of the corpus of a target. */
export interface Replayed {
  /** The file of a crash, or the name of a target. */
  readonly name: string;
  readonly inputs: number;
  /** What it said; undefined if all is well. */
  readonly said: string | undefined;
}

/** Tries inputs again, those of one file or all that are stored; writes what came of each as a line of JSON. */
export async function replay(script: string, path?: string): Promise<void> {
  const stored = path === undefined ? readCrashes() : [readCrash(path)];
  for (const { path: name, target, input } of stored) await replayOne(script, name, target, [input]);
  if (path !== undefined) return;
  for (const { name } of TARGETS) await replayOne(script, name, name, readCorpus(name));
}

async function replayOne(script: string, name: string, target: string, inputs: readonly Uint8Array[]): Promise<void> {
  let said: string | undefined;
  const job = { kind: 'try', inputs: inputs.map((input) => ({ target, input })) } as const;
  const death = await runWorker(script, job, (report) => {
    if (report.kind === 'tried') said ??= report.said;
  });
  said ??= death?.said;
  const replayed: Replayed = { name, inputs: inputs.length, said };
  process.stdout.write(`${JSON.stringify(replayed)}\n`);
  if (said !== undefined) process.exitCode = 1;
}
