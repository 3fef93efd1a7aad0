// All shapes of types that the tests of the generator know: the packed command writes their clients and guards, which every
// TypeScript has to compile on their own.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SHAPES = 'packages/cli/test/fixtures/shapes';

/** Has to be run before what is compiled. */
export function generateShapes(project) {
  const sources = readdirSync(SHAPES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => resolve(join(SHAPES, name)));
  const rpcudp = [process.execPath, project.installed('@rpcudp/cli/bin/rpcudp.js'), 'generate'];
  const options = ['--tsconfig', resolve('tsconfig.test.json'), '--guards', '--out', 'shapes'];
  return project.check('rpcudp generate: clients and guards of all shapes', '.', [[...rpcudp, ...sources, ...options]]);
}
