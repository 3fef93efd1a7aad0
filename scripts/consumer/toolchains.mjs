// What compiles and runs the service of project/toolchains/: in which of its folders, which has the settings; which line of
// expectations.mjs it has to meet; and by which commands. What is built lies in the folder, under the name of the tool.

const ESBUILD = 'esbuild src/main.ts --bundle --packages=external --platform=node --target=es2022 --log-level=warning';

/** Each command is a program of matrix.mjs with its arguments. */
export const TOOLCHAINS = [
  toolchain('tsc 5.9, legacy decorators', 'legacy', 'tsc', 'tsc-5.9 --outDir tsc-5.9', 'node tsc-5.9/main.js'),
  toolchain('tsc 6.0, legacy decorators', 'legacy', 'tsc', 'tsc-6.0 --outDir tsc-6.0', 'node tsc-6.0/main.js'),
  toolchain('tsc 7.0, legacy decorators', 'legacy', 'tsc', 'tsc-7.0 --outDir tsc-7.0', 'node tsc-7.0/main.js'),
  toolchain('tsc, legacy decorators, ESM', 'legacy-esm', 'tsc, ESM', 'tsc-7.0 --outDir tsc', 'node tsc/main.js'),
  toolchain('ts-node, legacy decorators', 'legacy', 'tsc', 'ts-node src/main.ts'),
  toolchain('jest with ts-jest, legacy decorators', 'legacy', 'tsc', 'jest --selectProjects ts-jest'),
  toolchain('tsc 5.9, standard decorators', 'standard', 'nothing', 'tsc-5.9 --outDir tsc-5.9', 'node tsc-5.9/main.js'),
  toolchain('tsc 6.0, standard decorators', 'standard', 'nothing', 'tsc-6.0 --outDir tsc-6.0', 'node tsc-6.0/main.js'),
  toolchain('tsc 7.0, standard decorators', 'standard', 'nothing', 'tsc-7.0 --outDir tsc-7.0', 'node tsc-7.0/main.js'),

  toolchain(
    'esbuild, legacy decorators',
    'legacy',
    'nothing, legacy',
    `${ESBUILD} --outdir=esbuild`,
    'node esbuild/main.js',
  ),
  toolchain(
    'esbuild, standard decorators',
    'standard',
    'nothing',
    `${ESBUILD} --format=esm --outdir=esbuild`,
    'node esbuild/main.js',
  ),
  toolchain('swc, legacy decorators', 'legacy', 'swc', 'transpile swc', 'node swc/main.js'),
  toolchain('swc, standard decorators', 'standard', 'nothing', 'transpile swc', 'node swc/main.js'),
  toolchain('jest with swc, legacy decorators', 'legacy', 'swc', 'jest --selectProjects @swc/jest'),
  toolchain('vitest with swc, legacy decorators', 'legacy-esm', 'swc in vitest', 'vitest run -c vitest.swc.config.mjs'),
  toolchain('vitest with swc, standard decorators', 'standard', 'nothing', 'vitest run'),
  toolchain('vitest, legacy decorators', 'legacy-esm', 'oxc in vitest', 'vitest run'),

  toolchain('Babel, legacy decorators', 'legacy', 'Babel', 'transpile babel', 'node babel/main.js'),
  toolchain('jest with Babel, legacy decorators', 'legacy', 'Babel', 'jest --selectProjects babel-jest'),
  toolchain('Babel, standard decorators', 'standard', 'nothing', 'transpile babel', 'node babel/main.js'),

  toolchain('tsx, legacy decorators', 'legacy', 'nothing, legacy', 'tsx src/main.ts'),
  toolchain('tsx, standard decorators', 'standard', 'nothing', 'tsx src/main.ts'),

  toolchain('Bun, legacy decorators', 'legacy-esm', 'Bun', 'bun src/main.ts'),
  toolchain('Bun, standard decorators', 'standard', 'nothing', 'bun src/main.ts'),
  toolchain('Deno, legacy decorators', 'legacy-esm', 'swc', 'deno src/main.ts'),
  toolchain('Deno, standard decorators', 'standard', 'nothing', 'deno src/main.ts'),

  // Type stripping knows no decorators: the service is one of defineService.
  toolchain('Node 22, types stripped', 'stripped', 'defineService', 'tsc-6.0', 'node-22 main.ts'),
  toolchain('Node 24, types stripped', 'stripped', 'defineService', 'node-24 main.ts'),
  toolchain('Node 26, types stripped', 'stripped', 'defineService', 'node-26 main.ts'),
  toolchain('Bun, defineService', 'stripped', 'defineService', 'bun main.ts'),
  toolchain('Deno, defineService', 'stripped', 'defineService', 'deno main.ts'),
];

function toolchain(title, folder, expected, ...commands) {
  return { title, folder, expected, commands };
}
