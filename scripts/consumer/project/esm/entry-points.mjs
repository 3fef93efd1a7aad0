// Every entry point that is named on the command line has the same names as ESM and as CommonJS.
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const entryPoints = process.argv.slice(2);
/** Doors to types alone, which are gone at run time. */
const typesOnly = ['@rpcudp/core/reflection'];
assert.ok(entryPoints.length > 0);

for (const entryPoint of entryPoints) {
  const names = Object.keys(await import(entryPoint)).sort();
  assert.equal(names.length > 0, !typesOnly.includes(entryPoint), `${entryPoint} exports: ${names.join(', ')}.`);
  assert.deepEqual(Object.keys(require(entryPoint)).sort(), names, `${entryPoint}: ESM and CommonJS differ.`);
}
