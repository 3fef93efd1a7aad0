// @rpcudp/kademlia, installed with nothing but what it depends on: in the project of consumer-test.mjs, what is missing in its manifest
// would be found all the same.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall } from './checks.mjs';

/** What goes into that folder. */
const PACKAGES = ['@rpcudp/core', '@rpcudp/kademlia'];

/** The checks, one after the other, in a folder that no node_modules is above. */
export function kademliaAlone(folder, packages, nodes) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  copyFileSync('scripts/consumer/alone/dht.mjs', join(folder, 'dht.mjs'));
  const tarballs = packages.filter(({ manifest }) => PACKAGES.includes(manifest.name)).map(({ tarball }) => tarball);
  const install = npmInstall('install @rpcudp/kademlia alone', folder, ['--no-package-lock', ...tarballs]);
  const runs = nodes.map(({ name, program }) => ({
    title: `${name}: a DHT, @rpcudp/kademlia alone, as ESM and as CommonJS`,
    commands: [[...program, 'dht.mjs']],
    cwd: folder,
    faultOf: (output) => (output.includes('Found by both.') ? undefined : 'Expected "Found by both."'),
  }));
  return { install, runs };
}
