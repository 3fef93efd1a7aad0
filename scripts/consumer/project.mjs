// The project of a user: scripts/consumer/project/ with the service class of examples/hello/, and the packed packages.
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall } from './checks.mjs';

/** Copies the project into a folder. What it gives makes checks in it; `install` has to be run before them. */
export function makeProject(folder, packages) {
  cpSync('scripts/consumer/project', folder, { recursive: true });
  for (const kind of ['legacy', 'standard'])
    copyFileSync('examples/hello/greeter.ts', join(folder, kind, 'greeter.ts'));
  const surface = join(folder, 'types/surface');
  for (const extension of ['mts', 'cts']) copyFileSync(`${surface}.ts`, `${surface}.${extension}`);
  // What the generator writes has to compile wherever the packages do.
  for (const name of ['orders.client', 'orders.guards', 'shared.types']) {
    const generated = readFileSync(`examples/monorepo/client/${name}.ts`, 'utf8');
    for (const kind of ['', 'm', 'c']) {
      const text = generated.replaceAll('./shared.types.js', `./shared.types.${kind}js`);
      writeFileSync(join(folder, `types/${name}.${kind}ts`), text);
    }
  }
  copyShop(join(folder, 'toolchains'));
  return new Project(folder, packages);
}

/** Each folder of the matrix gets the sources, for what compiles them looks for its settings beside them. */
function copyShop(toolchains) {
  const sources = join(toolchains, 'src');
  for (const kind of ['legacy', 'legacy-esm', 'standard'])
    cpSync(sources, join(toolchains, kind, 'src'), { recursive: true });
  for (const file of ['calls.ts', 'report.ts', 'told.ts'])
    copyFileSync(join(sources, file), join(toolchains, 'stripped', file));
}

class Project {
  constructor(folder, packages) {
    this.folder = folder;
    this.packages = packages;
  }

  get install() {
    const tarballs = this.packages.map(({ tarball }) => tarball);
    return npmInstall('install the packages', this.folder, ['--no-package-lock', ...tarballs]);
  }

  /** A check that runs in one of the project's folders. Each command is a program and its arguments. */
  check(title, folder, commands, faultOf) {
    return { title, commands, cwd: join(this.folder, folder), faultOf };
  }

  installed(path) {
    return join(this.folder, 'node_modules', path);
  }
}
