// Type-checks everything that the build does not: tests under each decorator kind, type tests, examples, benchmarks, and
// the pure folders without any ambient types.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const projects = [
  'packages/core/tsconfig.pure.json',
  'tsconfig.test.json',
  'packages/core/test/decorators/tsconfig.standard.json',
  'packages/core/test/decorators/tsconfig.legacy.json',
  'packages/core/test/decorators/tsconfig.legacy-metadata.json',
  'packages/core/test/types/tsconfig.json',
  'packages/balance/test/types/tsconfig.json',
  'packages/client/test/types/tsconfig.json',
  'packages/cli/src/inspect/page/tsconfig.json',
  'examples/tsconfig.json',
  'examples/tsconfig.esm.json',
  'bench/tsconfig.json',
];

const failed = projects.filter((project) => {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project, '--noEmit'], { stdio: 'inherit' });
  return status !== 0;
});
for (const project of failed) console.error(`Types are wrong in ${project}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
