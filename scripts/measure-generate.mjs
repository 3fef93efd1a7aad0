// Prints how long `rpcudp generate --guards` takes for a service of forty methods, with nothing kept from an earlier run, and
// how long it takes when nothing has changed. Fails above the bounds. Build before: `npm run measure:generate` does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const RUNS = 3;
/** In seconds, of the best run: what a free machine takes, whatever else this one does. */
const BOUNDS = { first: 3, again: 0.3 };
const FIXTURE = 'packages/cli/test/fixtures/billing/billing.ts';

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-measure-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const runs = Array.from({ length: RUNS }, (_, index) => {
  // A folder of its own: what is kept is kept for the same options alone.
  const out = join(folder, String(index));
  return { first: generate(out), again: generate(out) };
});
for (const [kind, bound] of Object.entries(BOUNDS)) {
  const best = Math.min(...runs.map((run) => run[kind]));
  console.log(`${kind.padEnd(5)} ${best.toFixed(2)} s, at most ${bound} s`);
  if (best > bound) process.exitCode = 1;
}

function generate(out) {
  const start = performance.now();
  const args = ['packages/cli/bin/rpcudp.js', 'generate', FIXTURE, '--guards', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}
