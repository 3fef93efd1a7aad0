/* global process, URL */
/**
 * Bundles the fuzzer with the sources, as `fuzzing/bundle.mjs` does it, and starts it. What it takes: fuzzing/main.ts. Networks of
 * Kademlia nodes are no state machines that end at once, and have a program of their own: packages/kademlia/test/fuzz.ts.
 */
import { bundle } from './fuzzing/bundle.mjs';

process.chdir(new URL('../../..', import.meta.url).pathname);
if (process.argv.some((word) => /^(?:--target=)?kademlia$/.test(word))) {
  process.argv.splice(2, 0, '../../kademlia/test/fuzz.ts');
  await import('./run.cjs');
} else await import(await bundle());
