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

/** Tries all inputs again that are stored; writes what came of them as lines of JSON. */
export async function replay(script: string): Promise<void> {
  for (const { path, target, input } of readCrashes()) await replayOne(script, path, target, [input]);
  for (const { name } of TARGETS) await replayOne(script, name, name, readCorpus(name));
}

/** Tries the input of a file again; tells what happens on the way. */
export async function repeat(script: string, path: string): Promise<void> {
  const { target, input } = readCrash(path);
  const death = await runWorker(script, { kind: 'try', inputs: [{ target, input }] }, (report) => {
    if (report.kind !== 'tried') return;
    if (report.said !== undefined) process.exitCode = 1;
    process.stdout.write(`${[...report.story, '', report.said ?? 'All is well.'].join('\n')}\n`);
  });
  if (death === undefined) return;
  process.exitCode = 1;
  process.stdout.write(`${death.said}\n`);
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
