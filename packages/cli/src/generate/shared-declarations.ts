import { namesInDeclaration } from './emit/declarations.js';
import type { DeclarationModel, ServiceModel } from './model.js';

/** What several services of a run declare alike. */
export interface SharedDeclarations {
  /** In the order in which the services reach them. */
  readonly declarations: readonly DeclarationModel[];
  /** The names that a service need not declare itself. */
  readonly namesOf: (service: ServiceModel) => ReadonlySet<string>;
}

/** A declaration of one service, and the text of it and of all that it refers to, by name. */
interface Closure {
  readonly declaration: DeclarationModel;
  readonly text: string;
  readonly parts: readonly DeclarationModel[];
}

/**
 * Finds the declarations that belong to several services: of one name and the same through and through, down to all that
 * they refer to. Where there are several of one name, the first is shared, and the others stay with their services.
 */
export function sharedDeclarations(services: readonly ServiceModel[]): SharedDeclarations {
  const closures = new Map(services.map((service) => [service, closuresOf(service)]));
  const seen = new Set<string>();
  /** By name, the text of the one that is shared. */
  const chosen = new Map<string, string>();
  for (const [name, { text }] of [...closures.values()].flatMap((found) => [...found])) {
    if (seen.has(text) && !chosen.has(name)) chosen.set(name, text);
    seen.add(text);
  }
  const isShared = (service: ServiceModel, { parts }: Closure): boolean =>
    parts.every(({ name }) => chosen.get(name) === closures.get(service)!.get(name)!.text);
  const sharedBy = (service: ServiceModel): DeclarationModel[] =>
    [...closures.get(service)!.values()]
      .filter((closure) => isShared(service, closure))
      .map(({ declaration }) => declaration);
  const declarations = new Map(services.flatMap(sharedBy).map((declaration) => [declaration.name, declaration]));
  return {
    declarations: [...declarations.values()],
    namesOf: (service) => new Set(sharedBy(service).map(({ name }) => name)),
  };
}

function closuresOf({ declarations }: ServiceModel): ReadonlyMap<string, Closure> {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  return new Map(
    declarations.map((declaration) => {
      const parts = new Set([declaration]);
      // What is added on the way is visited, too.
      for (const part of parts) for (const name of namesInDeclaration(part)) parts.add(byName.get(name)!);
      const sorted = [...parts].sort((left, right) => (left.name < right.name ? -1 : 1));
      return [declaration.name, { declaration, parts: sorted, text: textOf([declaration, ...sorted]) }];
    }),
  );
}

function textOf(declarations: readonly DeclarationModel[]): string {
  return JSON.stringify(declarations, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
