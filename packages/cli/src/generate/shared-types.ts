import { resolve } from 'node:path';
import { ts } from 'ts-morph';
import type { GenerateOptions } from './config.js';
import type { EmitOptions } from './emit/options.js';
import { emitSharedTypes } from './emit/shared-types.js';
import type { ServiceModel } from './model.js';
import type { OutputFile } from './output-files.js';
import { withSlashes } from './program/disk-questions.js';
import type { Projects } from './program/projects.js';
import { sharedDeclarations } from './shared-declarations.js';

/** The module with the types that several services name, and how their own modules take them from it. */
export interface SharedTypes {
  readonly file: OutputFile;
  readonly of: (service: ServiceModel) => NonNullable<EmitOptions['shared']>;
}

/** Undefined if no types are shared, or if they are imported from the sources anyway. */
export function sharedTypes(
  services: readonly ServiceModel[],
  { cwd, out, importTypes }: GenerateOptions,
  projects: Projects,
): SharedTypes | undefined {
  const { declarations, namesOf } = sharedDeclarations(services);
  if (importTypes || declarations.length === 0) return undefined;
  const path = resolve(cwd, out, 'shared.types.ts');
  const from = `./shared.types${extensionFor(projects.ownerOfOutput(withSlashes(path)).options)}`;
  return {
    file: { path, text: emitSharedTypes(declarations) },
    of: (service) => ({ from, names: namesOf(service) }),
  };
}

/** How a project's files name each other: enums are values, so what runs the modules has to understand it. */
function extensionFor(options: ts.CompilerOptions): '.ts' | '.js' | '' {
  if (options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true) return '.ts';
  const { moduleResolution, module } = options;
  const isNode = (kind: number | undefined, least: number, most: number): boolean =>
    kind !== undefined && kind >= least && kind <= most;
  if (moduleResolution !== undefined) {
    return isNode(moduleResolution, ts.ModuleResolutionKind.Node16, ts.ModuleResolutionKind.NodeNext) ? '.js' : '';
  }
  return isNode(module, ts.ModuleKind.Node16, ts.ModuleKind.NodeNext) ? '.js' : '';
}
