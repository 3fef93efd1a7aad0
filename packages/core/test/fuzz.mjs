/* global process, URL */
/** Bundles the fuzzer with the sources, as `fuzzing/bundle.mjs` does it, and starts it. What it takes: fuzzing/main.ts. */
import { bundle } from './fuzzing/bundle.mjs';

process.chdir(new URL('../../..', import.meta.url).pathname);
await import(await bundle());
