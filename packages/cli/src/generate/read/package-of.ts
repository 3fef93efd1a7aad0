import { dirname, join } from 'node:path';
import { ts } from 'ts-morph';

const CORE = '@rpcudp/core';

/** Tells of the packages that declarations come from whether their classes may have remote methods. */
export class Packages {
  readonly #byFolder = new Map<string, { readonly name: string; readonly usesCore: boolean } | undefined>();

  /** The name of the package that a file belongs to, if that package depends on `@rpcudp/core`. */
  userOfCore(file: string): string | undefined {
    const found = this.#nearest(dirname(file));
    return found?.usesCore === true ? found.name : undefined;
  }

  #nearest(folder: string): { readonly name: string; readonly usesCore: boolean } | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const parent = dirname(folder);
    const found = readPackage(join(folder, 'package.json')) ?? (parent === folder ? undefined : this.#nearest(parent));
    this.#byFolder.set(folder, found);
    return found;
  }
}

/** Manifests without a name only say of which kind the modules around them are. */
function readPackage(file: string): { readonly name: string; readonly usesCore: boolean } | undefined {
  const text = ts.sys.readFile(file);
  if (text === undefined) return undefined;
  const { config } = ts.parseConfigFileTextToJson(file, text) as { config?: Readonly<Record<string, unknown>> };
  if (typeof config?.name !== 'string') return undefined;
  const dependencies = [config.dependencies, config.peerDependencies];
  const usesCore = dependencies.some((found) => typeof found === 'object' && found !== null && CORE in found);
  return { name: config.name, usesCore };
}
