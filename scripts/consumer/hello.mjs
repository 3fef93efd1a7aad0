// The hello service from everything that users have: ESM, CommonJS, ts-node, jest, both decorator kinds, several Nodes and
// several TypeScripts.

/** By the name under which the project installs it. The first one's output is run. */
const TYPESCRIPTS = { 'typescript': '6.0', 'typescript-5.9': '5.9', 'typescript-7.0': '7.0' };
/** What each TypeScript compiles: by decorator kind, how modules are resolved, and who imports. */
const TYPE_CHECKS = {
  'standard decorators, nodenext': 'standard/tsconfig.json',
  'legacy decorators, commonjs': 'legacy/tsconfig.json',
  'all types, nodenext, as ESM and as CommonJS': 'types/tsconfig.nodenext.json',
  'all types, bundler': 'types/tsconfig.bundler.json',
  'clients and guards of all shapes': 'shapes/tsconfig.json',
};
const GREETING = /^Hello Snake Plissken, you live at 127\.0\.0\.1:\d+$/m;

/** Has to be run before {@link runs}. */
export function compiles(project) {
  return Object.keys(TYPESCRIPTS).flatMap((compiler, index) => typeChecks(project, compiler, index));
}

export function runs(project, nodes) {
  return [...toolChecks(project), ...nodes.flatMap((node) => programs(project, node))];
}

/** The declaration files, under one TypeScript. */
function typeChecks(project, compiler, index) {
  const noEmit = index === 0 ? [] : ['--noEmit'];
  return Object.entries(TYPE_CHECKS).map(([title, file]) =>
    project.check(`TypeScript ${TYPESCRIPTS[compiler]}: ${title}`, '.', [
      [process.execPath, project.installed(`${compiler}/bin/tsc`), '-p', file, ...noEmit],
    ]),
  );
}

/** What compiles on its own while it runs. */
function toolChecks(project) {
  const tsNode = [process.execPath, project.installed('ts-node/dist/bin.js'), 'main.ts'];
  const jest = [process.execPath, project.installed('jest/bin/jest.js'), '--runInBand'];
  return [
    project.check('ts-node, legacy decorators', 'legacy', [tsNode], missingGreeting),
    project.check('jest, legacy decorators', 'legacy', [jest]),
  ];
}

/** What runs on every Node. */
function programs(project, { name, program: node }) {
  const entryPoints = project.packages.flatMap(({ manifest }) => entryPointsOf(manifest));
  const greets = (title, file) => project.check(`${name}: ${title}`, '.', [[...node, file]], missingGreeting);
  return [
    greets('ESM', 'esm/plain.mjs'),
    greets('CommonJS', 'cjs/plain.cjs'),
    greets('ESM, compiled with standard decorators', 'standard/dist/main.js'),
    greets('CommonJS, compiled with legacy decorators', 'legacy/dist/main.js'),
    greets('ESM that serves a class compiled to CommonJS', 'esm/mixed.mjs'),
    ...['esm/dht.mjs', 'cjs/dht.cjs'].map((file) =>
      project.check(`${name}: a DHT, ${file}`, '.', [[...node, file]], (output) =>
        output.includes('Found by both.') ? undefined : 'Expected "Found by both."',
      ),
    ),
    project.check(`${name}: all entry points`, '.', [[...node, 'esm/entry-points.mjs', ...entryPoints]]),
  ];
}

function entryPointsOf({ name, exports = {} }) {
  const paths = Object.keys(exports).filter((path) => path !== './package.json');
  return paths.map((path) => name + path.slice(1));
}

function missingGreeting(output) {
  return GREETING.test(output) ? undefined : `Expected ${GREETING}.`;
}
