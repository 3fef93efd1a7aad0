/**
 * Looks for inputs that make the sources break a promise.
 *
 *   npm run fuzz -- [--seconds 60] [--target values] [--seed 1] [--workers 2]
 *   npm run fuzz -- --seconds 600 --keep     # and keeps the inputs that are worth it in the corpus
 *   npm run fuzz -- --input packages/core/test/fuzzing/crashes/values.some-fault.hex
 *   npm run fuzz -- --replay                 # the corpus and all crashes
 */
import { isMainThread, workerData } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { rmSync } from 'node:fs';
import { fuzz } from './campaign';
import { repeat, replay } from './replay';
import { TARGETS } from './targets';
import { work, type WorkerStart } from './worker';

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: text, target: text, seed: text, workers: text, input: text, keep: flag, replay: flag },
  });
  const { target, input, keep } = values;
  const names = TARGETS.map(({ name }) => name);
  if (target !== undefined && !names.includes(target))
    throw new Error(`There is no target ${target}. There are: ${names.join(', ')}.`);
  if (values.replay) return replay(__filename);
  if (input !== undefined) return repeat(__filename, input);
  const seed = wholeNumber('seed', values.seed, Date.now() % 1_000_000);
  const seconds = wholeNumber('seconds', values.seconds, 60);
  const workers = wholeNumber('workers', values.workers, 1);
  await fuzz({ script: __filename, targets: target === undefined ? names : [target], seed, seconds, workers, keep });
}

function wholeNumber(option: string, given: string | undefined, otherwise: number): number {
  const number = Number(given ?? otherwise);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`--${option} must be a whole number, not ${given}.`);
}

if (isMainThread) void main().finally(() => rmSync(__filename, { force: true }));
else void work(workerData as WorkerStart);
