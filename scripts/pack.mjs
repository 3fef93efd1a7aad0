// Packs the packages that are published, as npm would publish them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Packs every public package of packages/ into a folder: its manifest, the tarball, and what is in it. */
export function packAll(destination) {
  const folders = readdirSync('packages')
    .map((name) => `./packages/${name}`)
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => readManifest(folder).private !== true);
  return folders.map((folder) => {
    const args = ['pack', folder, '--pack-destination', destination, '--ignore-scripts', '--json'];
    const [{ filename, files }] = Object.values(JSON.parse(npm(args)));
    return {
      manifest: readManifest(folder),
      tarball: join(destination, filename),
      files: files.map((file) => file.path),
    };
  });
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function npm(args) {
  // Where npm is a batch file, it needs a shell.
  const shell = process.platform === 'win32';
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], shell });
}
