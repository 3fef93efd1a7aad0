// Packages, each installed with nothing but what it depends on: in the project of consumer-test.mjs, what is missing in a manifest
// would be found all the same.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall } from './checks.mjs';

/** What is installed, the script that tries it, and what that prints at its end. */
const ALONE = [
  { name: '@rpcudp/kademlia', script: 'dht.mjs', does: 'a DHT', says: 'Found by both.' },
  { name: '@rpcudp/balance', script: 'balance.mjs', does: 'two servers behind a client', says: 'Answered by both.' },
  { name: '@rpcudp/nats', script: 'nats.mjs', does: 'services and channels over NATS', says: 'Loaded by both.' },
];

/** The checks, one after the other, each in a folder that no node_modules is above. */
export function packagesAlone(folder, packages, nodes) {
  const all = ALONE.map((each) => alone(each, join(folder, each.name.split('/')[1]), packages, nodes));
  return { installs: all.map(({ install }) => install), runs: all.flatMap(({ runs }) => runs) };
}

function alone({ name, script, does, says }, folder, packages, nodes) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  copyFileSync(join('scripts/consumer/alone', script), join(folder, script));
  const wanted = ['@rpcudp/core', name];
  const tarballs = packages.filter(({ manifest }) => wanted.includes(manifest.name)).map(({ tarball }) => tarball);
  const install = npmInstall(`install ${name} alone`, folder, ['--no-package-lock', ...tarballs]);
  const runs = nodes.map(({ name: runtime, program }) => ({
    title: `${runtime}: ${does}, ${name} alone, as ESM and as CommonJS`,
    commands: [[...program, script]],
    cwd: folder,
    faultOf: (output) => (output.includes(says) ? undefined : `Expected "${says}"`),
  }));
  return { install, runs };
}
