import type { ServiceModel } from '../model.js';
import { namesInSignatures } from '../emit/declarations.js';
import type { DeclaredService } from './declared-services.js';
import type { TypeReader } from './type-reader.js';

/** Reports the types that signatures name and the service's file does not export, for they cannot be imported from it. */
export function checkImportable(
  service: ServiceModel,
  { name: named, declaration }: DeclaredService,
  types: TypeReader,
): void {
  const { checker } = types.open;
  const module = checker.getSymbolAtLocation(declaration.getSourceFile());
  const exported = new Map(
    (module === undefined ? [] : checker.getExportsOfModule(module)).map((found) => [found.name, found]),
  );
  for (const name of namesInSignatures(service)) {
    const found = exported.get(name);
    if (found !== undefined && types.isNamed(found, name)) continue;
    types.problems.add(
      { path: `${service.className}: ${name}`, node: named ?? declaration },
      `The file of the class exports no type ${name}, so it cannot be imported. Export it there under this name, or ` +
        'generate without importing types.',
    );
  }
}
