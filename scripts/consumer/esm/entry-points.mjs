// Every entry point that is named on the command line has the same names as ESM and as CommonJS.
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const entryPoints = process.argv.slice(2);
assert.ok(entryPoints.length > 0);

for (const entryPoint of entryPoints) {
  const names = Object.keys(await import(entryPoint)).sort();
  assert.ok(names.length > 0, `${entryPoint} exports nothing.`);
  assert.deepEqual(Object.keys(require(entryPoint)).sort(), names, `${entryPoint}: ESM and CommonJS differ.`);
}
