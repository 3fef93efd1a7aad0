/* global __dirname, process */
/** Starts a program of this folder on the sources, without a build: as Jest finds them, so does this. */
const Module = require('node:module');
const { join } = require('node:path');

const root = join(__dirname, '../../..');
process.chdir(root);
require('ts-node').register({
  cwd: root,
  project: join(root, 'tsconfig.test.json'),
  transpileOnly: true,
  moduleTypes: { '**/*.ts': 'cjs' },
});

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const [, name, door = '.'] = /^@rpcudp\/(\w+)(?:\/(\w+))?$/.exec(request) ?? [];
  if (name !== undefined) return join(root, 'packages', name, 'src', door, 'index.ts');
  // Sources import each other as the files they will be.
  const source =
    parent?.filename.endsWith('.ts') && request.startsWith('.') ? request.replace(/\.js$/, '.ts') : request;
  return resolve.call(this, source, parent, ...rest);
};

const [program] = process.argv.splice(2, 1);
require(`./${program}`);
