/** Tries the fuzzer's corpus, and all inputs that once broke a promise, again: CONTRIBUTING.md says how they come about. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readCorpus, readCrashes } from './fuzzing/inputs';
import type { Replayed } from './fuzzing/replay';
import { TARGETS } from './fuzzing/targets';

const root = join(__dirname, '../../..');
let replayed: Replayed[];

beforeAll(() => {
  const { stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'fuzz.mjs'), '--replay'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  replayed = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Replayed);
});

const said = (name: string): string | undefined => replayed.find((one) => one.name === name)?.said;

test.each(TARGETS.map(({ name }) => name))('no input in the corpus of %s breaks a promise', (name) => {
  expect(replayed).toContainEqual(expect.objectContaining({ name, inputs: readCorpus(name).length }));
  expect(said(name)).toBeUndefined();
});

const crashes = readCrashes();
if (crashes.length > 0) {
  test.each(crashes.map(({ path }) => path))('what was found stays mended: %s', (path) => {
    expect(replayed.map(({ name }) => name)).toContain(path);
    expect(said(path)).toBeUndefined();
  });
}
